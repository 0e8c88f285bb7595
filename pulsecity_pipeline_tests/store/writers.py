"""What the concurrency test runs in processes of their own."""

import sys

from pulsecity_pipeline.contracts import Body, Venue
from pulsecity_pipeline.store.lake import Lake
from pulsecity_pipeline_tests.store.rows import an_id, rows

VENUES_A_COMMIT = 30


def write_often(root: str, city_id: str, times: int) -> None:
    """Replace the city's venues `times` times, capacity naming the commit; add one body each time.

    Every other time the bodies are replaced by what they would be: an append beside such an overwrite is what Delta
    refuses most, so that the retries are needed.
    """
    lake = Lake(root)
    for number in range(1, times + 1):
        frame = rows(
            Venue,
            *(
                {"venue_id": an_id("ven", venue), "city_id": city_id, "capacity": number}
                for venue in range(VENUES_A_COMMIT)
            ),
        )
        version = lake.replace(Venue, frame, partition=city_id)
        if not lake.scan(Venue, partitions=[city_id], version=version).collect().equals(frame):
            raise AssertionError(f"version {version} does not hold commit {number} of {city_id}")
        bodies = rows(Body, *({"pull_city_id": city_id, "body_sha256": f"{n:064x}"} for n in range(number)))
        if number % 2:
            lake.append_missing(Body, bodies, partition=city_id)
        else:
            lake.replace(Body, bodies, partition=city_id)


if __name__ == "__main__":
    write_often(sys.argv[1], sys.argv[2], int(sys.argv[3]))
