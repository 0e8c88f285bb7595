"""Addresses: what the client asks for, checked before anything is sent."""

from collections.abc import Collection

import httpx

from pulsecity_pipeline.fetch.failures import FetchFailureError
from pulsecity_pipeline.fetch.network import is_private
from pulsecity_pipeline.fetch.redaction import redact_url

_MAX_URL_CHARACTERS = 8_192


def parse_address(url: str) -> httpx.URL:
    """`url` as an http(s) address without a fragment; webcal means https. Raises FetchFailureError."""
    parsed = _parse(url)
    if parsed.scheme not in ("http", "https"):
        raise FetchFailureError(f"address with scheme {parsed.scheme[:20]!r}: expected http, https or webcal")
    if not parsed.host:
        raise FetchFailureError("address without a host")
    return parsed.copy_with(fragment=None)


def join_address(base: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect from `base` leads. Raises FetchFailureError."""
    try:
        joined = str(base.join(_webcal_to_https(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailureError("redirect to an address that cannot be read") from error
    return parse_address(joined)


def show_address(url: str) -> str:
    """`url` as it may leave the client: as written, but webcal as https, blanks encoded, no fragment, no credential."""
    return redact_url("%20".join(_webcal_to_https(url.strip()).partition("#")[0].split()))


def refuse_private(url: httpx.URL, allowed: Collection[str]) -> None:
    """Raises FetchFailureError for a literal private or loopback address that is not allowed."""
    if url.host not in allowed and is_private(url.host):
        raise private_failure(url.host)


def private_failure(host: str) -> FetchFailureError:
    """The failure of a host that lies in a private network."""
    return FetchFailureError(f"{host} is a private or loopback address (allowed_private_hosts)")


def host_key(url: httpx.URL) -> str:
    """What budgets and closed hosts are kept by: the host, with its port where it is not the scheme's own."""
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _parse(url: str) -> httpx.URL:
    if len(url) > _MAX_URL_CHARACTERS:
        raise FetchFailureError(f"address longer than {_MAX_URL_CHARACTERS} characters")
    try:
        return httpx.URL(_webcal_to_https(url.strip()))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailureError("address that cannot be read") from error


def _webcal_to_https(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"https://{rest}" if separator and scheme.lower() in ("webcal", "webcals") else url
