"""Bytes to text for feeds that are not quite in the encoding they should be in, always the same way."""

import codecs

UTF8_BOM = codecs.BOM_UTF8
_FALLBACK = "pulsecity_windows_1252"


def _replace_invalid(error: UnicodeError) -> tuple[str, int]:
    """The codec error handler: the offending bytes alone are read as Windows-1252, undefined ones as U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _replace_invalid)


def decode_text(content: bytes) -> str:
    """UTF-8, where only the bytes that are invalid are read as Windows-1252; never raises."""
    return content.decode("utf-8", _FALLBACK)


def sniff_text(body: bytes) -> str:
    """The text of a whole body: UTF-16 where a byte order mark says so, else as `decode_text`; the mark is dropped."""
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return body.decode("utf-16", "replace")
    return decode_text(body.removeprefix(UTF8_BOM))
