"""Addresses that pages are asked by: their query parameters, read and replaced."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def read_query(url: str) -> dict[str, str]:
    """The query parameters of an address; of one said twice the last."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_query(url: str, **parameters: str | None) -> str:
    """The address with these parameters in place of what it had of their names; None takes one away."""
    query = {name: value for name, value in (read_query(url) | parameters).items() if value is not None}
    return urlunsplit(urlsplit(url)._replace(query=urlencode(query, safe="*,:")))
