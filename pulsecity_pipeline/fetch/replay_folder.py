"""The layout of a folder of saved pages: `DIR/[YYYY-MM-DD/]<source>/<city_id or _all>/<file>`."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from pulsecity_pipeline.config.errors import ConfigurationError

#: Folder of pages that a source pulls once for all cities.
ALL_CITIES = "_all"
META_SUFFIX = ".meta.json"

_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def discover_nights(root: Path) -> list[date | None]:
    """The dated folders in order, or [None] where there are none. Raises ConfigurationError where both kinds mix."""
    folders = _folders(root)
    dated = [folder for folder in folders if _DATED.match(folder.name)]
    if not dated:
        return [None]
    if len(dated) < len(folders):
        stray = next(folder.name for folder in folders if folder not in dated)
        raise ConfigurationError(f"{root}: folder {stray} beside dated folders: expected either all dated or none")
    return [_parse_night(folder) for folder in dated]


def discover_cities(root: Path, night: date | None) -> list[str]:
    """City ids that have a folder in that night, sorted, without `_all`."""
    cities = {city.name for source in _folders(night_folder(root, night)) for city in _folders(source)}
    return sorted(cities - {ALL_CITIES})


def list_pages(root: Path, night: date | None, source: str, city_id: str) -> list[Path]:
    """Saved pages of one source and city, sorted by name; none where there is no such folder."""
    folder = night_folder(root, night) / source / city_id
    return [path for path in _entries(folder) if not path.name.endswith(META_SUFFIX)] if _is_folder(folder) else []


def night_folder(root: Path, night: date | None) -> Path:
    """Where the sources of a night lie."""
    return root if night is None else root / night.isoformat()


def check_replay_folder(root: Path, known_cities: Collection[str], known_sources: Collection[str]) -> None:
    """Raises ConfigurationError, one line, for a folder that cannot be replayed: missing, unreadable, without a page,
    not laid out as expected, or naming a source or city that is not configured."""
    if not _is_folder(root):
        problem = "not a folder" if root.exists() else "no such folder"
        raise ConfigurationError(f"{root}: {problem}: expected saved pages as <source>/<city_id>/<file>")
    folders = [folder for night in discover_nights(root) for folder in _folders(night_folder(root, night))]
    _require_known(root, "source", {folder.name for folder in folders}, known_sources, "expected one of config/sources")
    cities = [city for folder in folders for city in _only_folders(folder)]
    names = {city.name for city in cities} - {ALL_CITIES}
    _require_known(root, "city", names, known_cities, f"expected a configured city or {ALL_CITIES}, or add --add-city")
    if not sum(_count_pages(city) for city in cities):
        raise ConfigurationError(f"{root}: no page in it: expected saved pages as <source>/<city_id>/<file>")


def _require_known(root: Path, kind: str, names: set[str], known: Collection[str], expectation: str) -> None:
    unknown = sorted(names - set(known))
    if unknown:
        shown = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise ConfigurationError(f"{root}: folder of an unknown {kind} {shown}: {expectation}")


def _only_folders(source: Path) -> list[Path]:
    for entry in _entries(source):
        if not _is_folder(entry):
            raise ConfigurationError(f"{entry}: a file where a city's folder was expected: <source>/<city_id>/<file>")
    return _folders(source)


def _count_pages(city: Path) -> int:
    entries = list(_entries(city))
    for entry in entries:
        if _is_folder(entry):
            raise ConfigurationError(f"{entry}: a folder where a file was expected: <source>/<city_id>/<file>")
    return sum(not entry.name.endswith(META_SUFFIX) for entry in entries)


def _parse_night(folder: Path) -> date:
    try:
        return date.fromisoformat(folder.name)
    except ValueError as error:
        raise ConfigurationError(f"{folder}: not a date: expected YYYY-MM-DD") from error


def _folders(parent: Path) -> list[Path]:
    return [entry for entry in _entries(parent) if _is_folder(entry)]


def _entries(folder: Path) -> Iterator[Path]:
    """What lies in `folder` by name, hidden entries left out."""
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be read: {error.strerror}") from error
    return (folder / name for name in names)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
