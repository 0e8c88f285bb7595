"""Bodies: read as a stream, decompressed within a limit, and checked to be whole."""

import zlib
from collections.abc import Iterator

import httpx

from pulsecity_pipeline.fetch.failures import FetchFailureError, TransientError
from pulsecity_pipeline.fetch.network import check_deadline

#: What is asked for: `zlib` tells a whole gzip stream from one cut short, and decompresses in bounded steps.
ACCEPT_ENCODING = "gzip"
_STEP_BYTES = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


def read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """The whole decoded body. Raises FetchFailureError beyond `max_bytes`, TransientError if it ends too early."""
    if _stated_length(response) > max_bytes:
        raise _too_large(response, max_bytes)
    body = bytearray()
    for piece in _decoded(response):
        body += piece
        if len(body) > max_bytes:
            raise _too_large(response, max_bytes)
    return bytes(body)


def read_start(response: httpx.Response, max_bytes: int) -> bytes:
    """The first `max_bytes` of the decoded body, for a look at it; less where it ends or breaks before."""
    body = bytearray()
    try:
        for piece in _decoded(response):
            body += piece
            if len(body) >= max_bytes:
                break
    except (FetchFailureError, httpx.TransportError):
        return bytes(body)
    return bytes(body[:max_bytes])


def _too_large(response: httpx.Response, max_bytes: int) -> FetchFailureError:
    return FetchFailureError(f"body larger than {max_bytes} bytes (max_body_bytes)", response.status_code)


def _stated_length(response: httpx.Response) -> int:
    stated = response.headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() else 0


def _decoded(response: httpx.Response) -> Iterator[bytes]:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return _checked(response)
    if encoding in ("gzip", "x-gzip"):
        return _gunzip(response)
    raise FetchFailureError(f"content-encoding {encoding[:40]!r} was not asked for", response.status_code)


def _checked(response: httpx.Response) -> Iterator[bytes]:
    for chunk in response.iter_raw():
        check_deadline()
        yield chunk


def _gunzip(response: httpx.Response) -> Iterator[bytes]:
    """Members one after another, as gzip tools do; anything else behind the last one is ignored."""
    decoder = zlib.decompressobj(wbits=31)
    has_data = False
    for chunk in _checked(response):
        has_data = has_data or bool(chunk)
        pending = chunk
        while pending:
            if decoder.eof:
                if not pending.startswith(_GZIP_MAGIC):
                    break
                decoder = zlib.decompressobj(wbits=31)
            yield _inflate(decoder, pending)
            pending = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if has_data and not decoder.eof:
        raise TransientError("gzip body cut short", response.status_code)


def _inflate(decoder: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return decoder.decompress(data, _STEP_BYTES)
    except zlib.error as error:
        raise TransientError(f"gzip body damaged: {error}") from error
