"""Replay: saved pages, read through the same interface as live ones."""

import logging
import os
from collections import defaultdict
from datetime import date
from functools import cached_property
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, unquote_to_bytes

from pulsecity_pipeline.fetch.failures import FetchFailureError
from pulsecity_pipeline.fetch.redaction import redact_url
from pulsecity_pipeline.fetch.replay_folder import (
    META_SUFFIX,
    check_replay_folder,
    discover_cities,
    discover_nights,
    list_pages,
    night_folder,
)
from pulsecity_pipeline.fetch.replay_meta import PageMeta, meta_path, read_meta
from pulsecity_pipeline.sources.protocol import Answer, Feed, Validators

__all__ = ["ReplayClient", "check_replay_folder", "discover_cities", "discover_nights", "list_feeds"]

_log = logging.getLogger(__name__)
_SCHEME = "replay:"


def list_feeds(root: Path, night: date | None, source: str, city_id: str) -> list[Feed]:
    """The saved pages of one source and city as feeds, sorted by name.

    A name is what the meta file says, else the file's stem, or its whole name where two files share the stem; a url is
    what the meta file says, else `replay:<source>/<city>/<file>`, the same in every night and on every machine.
    """
    pages = list_pages(root, night, source, city_id)
    stems = [page.stem for page in pages]
    metas = [_readable_meta(root, page) for page in pages]
    urls = [None if meta.url is None else redact_url(meta.url) for meta in metas]
    feeds = [
        Feed(
            source,
            meta.feed or _readable(page.stem if stems.count(page.stem) == 1 else page.name),
            url if url is not None and urls.count(url) == 1 else _replay_url(source, city_id, page.name),
        )
        for page, meta, url in zip(pages, metas, urls, strict=True)
    ]
    return sorted(feeds, key=lambda feed: (feed.name, feed.url))


class ReplayClient:
    """Satisfies `sources.protocol.Client` from the files of one night.

    An address saved for several cities is looked for in `city_id` first, if that is given.
    """

    def __init__(self, root: Path, night: date | None, max_body_bytes: int, city_id: str | None = None) -> None:
        self._root = root
        self._folder = night_folder(root, night)
        self._max_body_bytes = max_body_bytes
        self._city_id = city_id

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        """The page saved for `url`; never raises for what lies on the disk. Validators and body are not looked at."""
        shown, status = redact_url(url), None
        try:
            page = self._find(url)
            meta = read_meta(_inside(self._root, meta_path(page)))
            status = meta.status
            if meta.status is not None and meta.status >= 300:
                raise FetchFailureError(f"saved answer was HTTP {meta.status}")
            return _to_answer(shown, meta, self._read(page))
        except FetchFailureError as error:
            _log.warning("%s: %s", shown, error.reason)
            return Answer(shown, "failed", status=status, reason=error.reason)

    def _find(self, url: str) -> Path:
        if url.startswith(_SCHEME):
            return _inside(self._root, self._folder.joinpath(*_parts(url)))
        found = self._pages_by_url.get(redact_url(url), [])
        own = [page for page in found if page.parent.name == self._city_id] or found
        if not own:
            raise FetchFailureError("no page saved for this address")
        if len(own) > 1:
            names = ", ".join(page.relative_to(self._folder).as_posix() for page in own[:3])
            raise FetchFailureError(f"several pages saved for this address: {names}")
        return _inside(self._root, own[0])

    @cached_property
    def _pages_by_url(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(self._folder.glob(f"*/*/*{META_SUFFIX}")):
            page = path.with_name(path.name.removesuffix(META_SUFFIX))
            if (url := _stated_url(self._root, page)) is not None:
                found[url].append(page)
        return found

    def _read(self, page: Path) -> bytes:
        try:
            if not S_ISREG(page.stat().st_mode):
                raise FetchFailureError(f"{page.name}: not a regular file")
            with page.open("rb") as file:
                body = file.read(self._max_body_bytes + 1)
        except OSError as error:
            raise FetchFailureError(f"{page.name}: cannot be read: {error.strerror}") from error
        if len(body) > self._max_body_bytes:
            raise FetchFailureError(f"body larger than {self._max_body_bytes} bytes (max_body_bytes)")
        return body


def _to_answer(shown: str, meta: PageMeta, body: bytes) -> Answer:
    return Answer(
        shown,
        "ok",
        status=meta.status,
        content_type=meta.content_type,
        etag=meta.etag,
        last_modified=meta.last_modified,
        body=body,
        pulled_at=meta.pulled_at,
    )


def _stated_url(root: Path, page: Path) -> str | None:
    """The address in the meta file; None where it says none."""
    url = _readable_meta(root, page).url
    return None if url is None else redact_url(url)


def _readable_meta(root: Path, page: Path) -> PageMeta:
    """The meta file; empty where it cannot be read, which `get` then reports."""
    try:
        return read_meta(_inside(root, meta_path(page)))
    except FetchFailureError:
        return PageMeta()


def _inside(root: Path, path: Path) -> Path:
    """`path`, if links do not lead it out of `root`. Raises FetchFailureError."""
    try:
        is_inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:
        raise FetchFailureError(f"{path.name}: cannot be resolved: {error}") from error
    if not is_inside:
        raise FetchFailureError(f"{path.name}: a link that leads out of the folder")
    return path


def _replay_url(*parts: str) -> str:
    return _SCHEME + "/".join(quote(os.fsencode(part), safe="") for part in parts)


def _parts(url: str) -> list[str]:
    parts = [os.fsdecode(unquote_to_bytes(part)) for part in url.removeprefix(_SCHEME).split("/")]
    if len(parts) != 3 or any(part in ("", ".", "..") or "/" in part or "\0" in part for part in parts):
        raise FetchFailureError(f"expected {_SCHEME}<source>/<city_id>/<file>")
    return parts


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")
