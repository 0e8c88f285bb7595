"""The lowest layer of iCalendar: line ends, folding, content lines, parameters and TEXT escapes."""

import re
from functools import lru_cache
from typing import NamedTuple

from icalendar.parser import Parameters

from pulsecity_pipeline.sources.formats.text_bytes import UTF8_BOM

_STRAY_RETURNS = re.compile(rb"\r+\n?")
_NAME = re.compile(r"[A-Z0-9_-]+")
#: name, parameters whose quoted values may hold `:` and `;`, value.
_QUOTED_LINE = re.compile(r'([^:;"]+)((?:;[^:;="]*=(?:"[^"]*"|[^":;])*)*):(.*)', re.S)
_ESCAPE = re.compile(r"\\(.)", re.S)
_COMMA = re.compile(r"(?<!\\)((?:\\\\)*),")


class Property(NamedTuple):
    """One content line: its parameters as written (without the leading `;`) and its raw value."""

    parameters: str
    value: str


def unfold(body: bytes) -> bytes:
    r"""The body with `\n` line ends and folded lines joined, before any decoding: folds may cut a character in two.

    CRLF, LF, CR and CRCRLF all end a line (RFC 5545 3.1 allows CRLF alone).
    """
    lines = body.removeprefix(UTF8_BOM).replace(b"\r\n", b"\n")
    if b"\r" in lines:
        lines = _STRAY_RETURNS.sub(b"\n", lines)
    return lines.replace(b"\n ", b"").replace(b"\n\t", b"")


def cut_line(line: str) -> tuple[str, Property] | None:
    """(upper-case name, property) of an unfolded content line; None where it is not one."""
    head, colon, value = line.partition(":")
    if '"' in head and (quoted := _QUOTED_LINE.match(line)):
        head, value = quoted[1] + quoted[2], quoted[3]
    name, _, parameters = head.partition(";")
    name = name.strip().upper()
    if not colon or not _NAME.fullmatch(name):
        return None
    return name, Property(parameters, value)


@lru_cache(maxsize=4096)
def read_parameters(parameters: str) -> dict[str, str]:
    """Upper-case parameter name → value, unquoted and RFC 6868-decoded; unreadable parameters are left out."""
    found: dict[str, str] = {}
    try:
        typed = Parameters.from_ical(parameters, strict=False)
    except ValueError:
        typed = {}
        for part in parameters.split(";"):
            name, _, value = part.partition("=")
            typed[name] = value.strip('"')
    for name, value in typed.items():
        found[str(name).upper()] = value if isinstance(value, str) else ",".join(value)
    return found


def unescape_text(value: str) -> str:
    r"""TEXT without its escapes (RFC 5545 3.3.11), read left to right so that `\\n` is a backslash and an n."""
    return _ESCAPE.sub(_unescape, value) if "\\" in value else value


def _unescape(escape: re.Match[str]) -> str:
    return "\n" if escape[1] in "nN" else escape[1]


def split_list(value: str) -> list[str]:
    """The parts of a comma-separated TEXT list, unescaped, trimmed, without empty ones."""
    escaped = "\\" in value
    parts = _COMMA.sub("\\1\n", value).split("\n") if escaped else value.split(",")
    return [text for part in parts if (text := unescape_text(part).strip())]
