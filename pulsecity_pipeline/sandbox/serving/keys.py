"""Keys that the sandbox's hosts ask for: invented values, where the configuration says that real ones go."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pulsecity_pipeline.config.keys import KeyEntry
from pulsecity_pipeline.config.source_entries import SourceEntry
from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Request

Place: TypeAlias = Literal["query", "header"]
#: host, place, name, value, prefix: what the client is to be given, in the order of its own credentials.
KeyParts: TypeAlias = tuple[str, Place, str, str, str]


@dataclass(frozen=True)
class SandboxKey:
    """A key that `host` knows: query parameter or header `name` holds `prefix` and `value`.

    Without a `required` key a request is answered; with a wrong one it never is.
    """

    host: str
    place: Place
    name: str
    value: str
    prefix: str = ""
    required: bool = True

    def is_met(self, request: Request) -> bool:
        """Whether the request carries this key as it has to."""
        stated = self.stated_in(request)
        return not self.required if stated is None else stated == self.prefix + self.value

    def stated_in(self, request: Request) -> str | None:
        """What the request carries in the key's place; header names are compared without case."""
        if self.place == "query":
            return request.query.get(self.name)
        return {name.lower(): value for name, value in request.headers.items()}.get(self.name.lower())


def make_keys(entries: Iterable[KeyEntry]) -> tuple[SandboxKey, ...]:
    """A key with an invented value for each entry of the configuration, at the host's counterpart in the sandbox."""
    return tuple(
        SandboxKey(
            host=f"{entry.host}.{SANDBOX_HOST_SUFFIX}",
            place=entry.place,
            name=entry.name,
            value=_invent(entry.variable),
            prefix=entry.prefix,
            required=entry.required,
        )
        for entry in entries
    )


def make_source_keys(sources: Mapping[str, SourceEntry]) -> tuple[SandboxKey, ...]:
    """The keys of all sources."""
    return make_keys(key for entry in sources.values() for key in entry.keys)


def list_key_parts(keys: Iterable[SandboxKey]) -> list[KeyParts]:
    """What a client needs to meet the keys, as plain data: `Credential(*parts)` of each."""
    return [(key.host, key.place, key.name, key.value, key.prefix) for key in keys]


def _invent(variable: str) -> str:
    return "sandbox" + hashlib.blake2b(variable.encode(), digest_size=12).hexdigest()
