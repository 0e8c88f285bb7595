"""The fetch policy: the packaged file is its defaults, and bad values are one clear line."""

from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.policy import FetchPolicy, load_fetch_policy


def test_packaged_policy_is_the_documented_default() -> None:
    packaged = load_fetch_policy()
    assert packaged == FetchPolicy(host_requests_per_second=packaged.host_requests_per_second)
    assert packaged.interval_s("musicbrainz.org", is_sandbox=False) > 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("requests_per_second: 0", "requests_per_second"),
        ("contact: nowhere", "contact"),
        ('contact: "a@b\\r\\nX-Evil: 1"', "contact"),
        ("attempts: 0", "attempts"),
        ("max_body_byte: 5", "max_body_byte"),
    ],
)
def test_bad_value_names_file_and_field(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "fetch.yaml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"fetch\.yaml: field {field}: "):
        load_fetch_policy(path)
