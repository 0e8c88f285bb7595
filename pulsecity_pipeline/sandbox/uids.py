"""The ids publishers give their entries, in the shape each kind of calendar software uses."""

from datetime import datetime

from pulsecity_pipeline.sandbox.catalog import Publisher
from pulsecity_pipeline.sandbox.chance_v1 import digest_number, digest_text


def mint_uid(publisher: Publisher, city_id: str, happening_id: str, occurrence: datetime | None, copy: int = 0) -> str:
    """A feed's own id of a happening, or of one occurrence of it; `copy` > 0 is another id of the same entry."""
    when = "" if occurrence is None else f"{occurrence:%Y%m%dT%H%M%S}"
    parts = (publisher.name, city_id, happening_id, when, copy)
    number, letters, host = digest_number(*parts), digest_text(*parts, length=40), publisher.host(city_id)
    shapes = {
        "grouped": f"{letters[:26]}@group.calendar.example",
        "plugin": f"{number}-{digest_number('t', *parts, digits=10)}@{host}",
        "campus": f"{when or letters[:8]}Z-{number % 10**7}@{host}",
        "meetings": f"event_{number}@meetings.example",
        "council": f"http://uid.council.example/event/{number}",
        "stand": f"STD/{letters[:24]}/{number % 1000}/{number}/0/0",
        "listing": f"tag:{host},2008:EventInstance_{number}{number % 9973}",
        "guide": f"{letters[:8]}-{letters[8:12]}-5{letters[12:15]}-a{letters[15:18]}-{letters[18:30]}",
        "branches": f"Branches-{number % 9973}-{number}",
        "rss": f"http://{host}/?p={number}",
    }
    return shapes[publisher.dialect]
