from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.config.taxonomy import load_taxonomy

GOOD = "categories: [{slug: music, keywords: [concert], subcategories: [{slug: rock, keywords: [rock band]}]}]"


def test_two_levels_of_twelve_and_sixty_five() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.slugs()) == 12
    assert sum(len(taxonomy.subslugs(slug)) for slug in taxonomy.slugs()) == 65


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("[rock band]", "[concert]", "keyword repeated: concert"),
        ("[rock band]", "[Rock Band]", "keyword 'Rock Band'"),
        ("[rock band]", "[101]", "valid string"),
        ("slug: rock", "slug: music", "slug repeated: music"),
        ("slug: music", "slug: other", "other"),
        ("slug: rock", "slug: Rock", "pattern"),
        ("slug: rock", "slug: rock, extra: 1", "extra"),
    ],
)
def test_bad_entries_stop_with_one_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_taxonomy(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_good_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert [term.keyword for term in load_taxonomy(path).terms()] == ["concert", "rock band"]
