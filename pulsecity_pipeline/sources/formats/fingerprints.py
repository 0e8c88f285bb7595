"""The fingerprint of a record: a hash of its bytes without the lines that change though nothing has changed."""

import hashlib
import re

#: Lines that exporters stamp anew at every request (DTSTAMP and vendors' like) or on saves that change nothing else.
_VOLATILE_LINES = re.compile(rb"\n(?:DTSTAMP|X-[A-Z0-9-]*DTSTAMP|LAST-MODIFIED)[;:][^\n]*", re.I)


def fingerprint_event(payload: bytes, shared: bytes) -> str:
    """16 hex characters over `shared` (what the page says for all its records) and the unfolded VEVENT `payload`."""
    return fingerprint_bytes(_VOLATILE_LINES.sub(b"", payload), shared)


def fingerprint_bytes(stable: bytes, shared: bytes = b"") -> str:
    """16 hex characters of the BLAKE2b hash of `shared` and `stable`, kept apart."""
    return hashlib.blake2b(shared + b"\x1f" + stable, digest_size=8).hexdigest()


#: When an item was published or last saved, and how many comments it has.
_VOLATILE_ELEMENTS = re.compile(
    rb"<((?:[a-z0-9_-]+:)?(?:pubDate|published|updated|modified|lastBuildDate|date|comments))\b[^>]*>[^<]*</\1\s*>",
    re.I,
)


def fingerprint_item(payload: bytes, shared: bytes) -> str:
    """16 hex characters over `shared` (the feed's root tag) and the `payload` of one RSS or Atom item."""
    return fingerprint_bytes(_VOLATILE_ELEMENTS.sub(b"", payload), shared)
