"""Credentials: keys put on a request as it leaves, to their own host alone, and taken out of what comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, quote_plus

import httpx

from pulsecity_pipeline.config.keys import KeyEntry

_REDACTED = "REDACTED"


@dataclass(frozen=True)
class Credential:
    """One key: as query parameter or header `name`, with `prefix` before it, to `host` only."""

    host: str
    place: Literal["query", "header"]
    name: str
    value: str = field(repr=False)
    prefix: str = ""


def list_credentials(keys: Iterable[KeyEntry], environment: Mapping[str, str]) -> list[Credential]:
    """The keys that are set in the environment."""
    return [
        Credential(key.host, key.place, key.name, value, key.prefix)
        for key in keys
        if (value := environment.get(key.variable))
    ]


class Keyring:
    """All keys of a client. Sources never see one: addresses they ask for and pages they get are without."""

    def __init__(self, credentials: Iterable[Credential] = ()) -> None:
        self._credentials = tuple(credentials)
        written = {form for one in self._credentials for form in _forms(one.value)}
        self._secrets = sorted(written, key=lambda form: (-len(form), form))

    def unlock(self, url: httpx.URL, headers: Mapping[str, str]) -> tuple[httpx.URL, dict[str, str]]:
        """The address and headers as they are sent."""
        armed = dict(headers)
        for one in self._credentials:
            if one.host != url.host:
                continue
            if one.place == "query":
                url = url.copy_set_param(one.name, one.prefix + one.value)
            else:
                armed[one.name] = one.prefix + one.value
        return url, armed

    def scrub(self, text: str) -> str:
        """The text without any key, however it is written in it."""
        for secret in self._secrets:
            text = text.replace(secret, _REDACTED)
        return text

    def scrub_body(self, body: bytes) -> bytes:
        """A body that quotes a key is kept without it: the one change ever made to a page."""
        for secret in self._secrets:
            if (found := secret.encode()) in body:
                body = body.replace(found, _REDACTED.encode())
        return body


def _forms(value: str) -> set[str]:
    """A key as it may be written: as it is, and encoded for an address or in JSON."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/")
    return {form for form in (value, quote(value, safe=""), quote_plus(value), escaped) if form}
