"""Putting one lake in place of another: where the new one is built, what is refused, and the swap itself."""

import shutil
from pathlib import Path

from pulsecity_pipeline.config.cities import added_cities_path
from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.settings import Settings
from pulsecity_pipeline.store.lake import require_writable


def prepare_target(settings: Settings, into: Path | None) -> Path:
    """The data folder to build in, made with the installation's added cities. Raises ConfigurationError."""
    target = into or settings.data_dir / "rebuilt"
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigurationError(f"rebuild: {target} is not empty: expected an empty or new folder, or another --into")
    require_writable(target)
    added = added_cities_path(settings.data_dir)
    if added.exists():
        shutil.copyfile(added, added_cities_path(target))
    return target


def refuse_replacing(settings: Settings, into: Path | None, kept_as: str) -> None:
    """Raises ConfigurationError where the old lake's new name is taken or no name, or the disks differ."""
    if Path(kept_as).name != kept_as or kept_as in ("", ".", "..", "lake"):
        raise ConfigurationError(f"--kept-as {kept_as}: expected the name of a folder beside the lake")
    if (settings.data_dir / kept_as).exists():
        raise ConfigurationError(f"rebuild: {settings.data_dir / kept_as} exists: expected another name by --kept-as")
    if into is not None and _device(into) != _device(settings.data_dir):
        raise ConfigurationError(
            f"rebuild: {into} is on another disk than {settings.data_dir}: it cannot be swapped in"
        )


def replace_lake(settings: Settings, target: Settings, kept_as: str) -> None:
    """Rename the old lake to `kept_as`, the new one to its place, and remove what else was built beside the new one.

    For a moment there is no lake; readers that have opened files go on reading the old ones.
    """
    kept = settings.data_dir / kept_as
    settings.lake_dir.rename(kept)
    try:
        target.lake_dir.rename(settings.lake_dir)
    except OSError:
        kept.rename(settings.lake_dir)
        raise
    shutil.rmtree(target.data_dir)


def _device(path: Path) -> int:
    existing = next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.exists())
    return existing.stat().st_dev
