"""The layout of saved pages: nights, cities, and one clear line for whatever is wrong with a folder."""

from datetime import date
from pathlib import Path

import pytest

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.fetch.replay import check_replay_folder, discover_cities, discover_nights

CITIES = {"us-ca-davis", "it-rome"}
SOURCES = {"ics", "rss"}


def save(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    return root


def test_undated_folder_is_one_night(tmp_path: Path) -> None:
    root = save(tmp_path, "ics/it-rome/b.ics", "rss/us-ca-davis/a.xml", "rss/_all/a.xml", "README.md", ".git/config")
    assert discover_nights(root) == [None]
    assert discover_cities(root, None) == ["it-rome", "us-ca-davis"]
    check_replay_folder(root, CITIES, SOURCES)


def test_dated_folders_are_nights_in_order(tmp_path: Path) -> None:
    root = save(tmp_path, "2026-03-10/ics/it-rome/a.ics", "2026-03-09/ics/us-ca-davis/a.ics")
    assert discover_nights(root) == [date(2026, 3, 9), date(2026, 3, 10)]
    assert discover_cities(root, date(2026, 3, 10)) == ["it-rome"]
    check_replay_folder(root, CITIES, SOURCES)


def test_pages_for_all_cities_are_enough(tmp_path: Path) -> None:
    root = save(tmp_path, "ics/_all/a.ics")
    assert discover_cities(root, None) == []
    check_replay_folder(root, CITIES, SOURCES)


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        ([], "{root}: no page in it: expected saved pages as <source>/<city_id>/<file>"),
        (["ics/it-rome/a.ics.meta.json"], "{root}: no page in it: expected saved pages as <source>/<city_id>/<file>"),
        (["ics/it-rome/.hidden"], "{root}: no page in it: expected saved pages as <source>/<city_id>/<file>"),
        (
            ["ics/it-milan/a.ics", "ics/it-rome/a.ics"],
            "{root}: folder of an unknown city it-milan: expected a configured city or _all, or add --add-city",
        ),
        (["icks/it-rome/a.ics"], "{root}: folder of an unknown source icks: expected one of config/sources"),
        (
            ["2026-03-09/ics/it-rome/a.ics", "ics/it-rome/a.ics"],
            "{root}: folder ics beside dated folders: expected either all dated or none",
        ),
        (["2026-02-30/ics/it-rome/a.ics"], "{root}/2026-02-30: not a date: expected YYYY-MM-DD"),
        (["ics/a.ics"], "{root}/ics/a.ics: a file where a city's folder was expected: <source>/<city_id>/<file>"),
        (
            ["ics/it-rome/more/a.ics"],
            "{root}/ics/it-rome/more: a folder where a file was expected: <source>/<city_id>/<file>",
        ),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, paths: list[str], line: str) -> None:
    root = save(tmp_path, *paths)
    with pytest.raises(ConfigurationError) as caught:
        check_replay_folder(root, CITIES, SOURCES)
    assert str(caught.value) == line.format(root=root)


def test_missing_folder_and_file_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        check_replay_folder(tmp_path / "absent", CITIES, SOURCES)
    with pytest.raises(ConfigurationError, match="not a folder"):
        check_replay_folder(save(tmp_path, "file") / "file", CITIES, SOURCES)


@pytest.mark.parametrize("folder", ["", "ics", "ics/it-rome"])
def test_unreadable_folder_is_named(unprivileged_dir: Path, folder: str) -> None:
    root = save(unprivileged_dir, "ics/it-rome/a.ics")
    (root / folder).chmod(0)
    with pytest.raises(ConfigurationError, match="cannot be read: Permission denied"):
        check_replay_folder(root, CITIES, SOURCES)


def test_unknown_cities_of_any_night_are_named_together(tmp_path: Path) -> None:
    nights = [f"2026-03-0{day}/ics/it-x{day}/a.ics" for day in range(1, 8)]
    with pytest.raises(ConfigurationError, match="it-x1, it-x2, it-x3, it-x4, it-x5 and 2 more"):
        check_replay_folder(save(tmp_path, *nights), CITIES, SOURCES)
