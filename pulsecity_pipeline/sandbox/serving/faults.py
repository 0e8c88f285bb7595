"""Faults that can be switched on: what goes wrong at which sites, parsed from texts such as `ticketmaster=429`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, Self, get_args

from pulsecity_pipeline.config.errors import ConfigurationError
from pulsecity_pipeline.sandbox.serving.protocol import Site

Kind = Literal[
    "429",  # too many requests: the first ones of a site, then fine
    "500",
    "503",
    "timeout",  # connected, and never an answer
    "hang",  # the head and half of the body, then silence
    "reset",  # the connection breaks amid the body
    "truncated",  # a body that ends inside its last record, and looks whole to HTTP
    "halved",  # half of the listings
    "no_listings",  # a sound answer that lists nothing
    "empty",  # 200 and no body
    "html",  # a challenge page in place of the answer
    "wrong_type",  # another content type than the body is of
    "bad_json",  # JSON that does not parse; other formats are left alone
    "drift",  # a field nobody knows in each record
    "renamed",  # an optional field under another name
    "slow",
    "moved",  # the first request of an address is sent elsewhere
    "garbled",  # another encoding than is claimed
]
KINDS: tuple[str, ...] = get_args(Kind)
_EXPECTED = "expected SOURCE[/FEED][@CITY]=KIND, * for any, KIND one of " + ", ".join(KINDS)


@dataclass(frozen=True)
class Fault:
    """One kind of fault at the sites whose source, feed and city match the patterns."""

    source: str
    feed: str
    city_id: str
    kind: Kind

    def meets(self, site: Site) -> bool:
        pairs = ((site.source, self.source), (site.feed, self.feed), (site.city_id, self.city_id))
        return all(fnmatchcase(name, pattern) for name, pattern in pairs)


@dataclass(frozen=True)
class FaultPlan:
    """All faults that are switched on; several may meet in one site."""

    faults: tuple[Fault, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str], sources: Collection[str] = ()) -> Self:
        """The plan of texts such as `ticketmaster=429`, `ics/blue_door=truncated`, `*@de-berlin=slow`.

        Raises ConfigurationError for one that cannot be read, or names none of `sources` where they are given.
        """
        return cls(tuple(_parse(text, sources) for text in texts))

    def kinds(self, site: Site) -> frozenset[Kind]:
        """What is wrong at a site."""
        return frozenset(fault.kind for fault in self.faults if fault.meets(site))

    def refuse_idle(self, sites: Sequence[Site]) -> None:
        """Raises ConfigurationError for a fault that meets none of the sites: it would show nothing."""
        for fault in self.faults:
            if not any(fault.meets(site) for site in sites):
                target = f"{fault.source}/{fault.feed}@{fault.city_id}"
                raise ConfigurationError(f"fault {target}={fault.kind}: no such site: expected a feed that is served")


def _parse(text: str, sources: Collection[str]) -> Fault:
    target, _, kind = text.strip().partition("=")
    place, _, city_id = target.partition("@")
    source, _, feed = place.partition("/")
    known = next((one for one in get_args(Kind) if one == kind.strip()), None)
    if not source or known is None:
        raise ConfigurationError(f"fault {text!r}: {_EXPECTED}")
    if sources and not any(fnmatchcase(name, source) for name in sources):
        raise ConfigurationError(f"fault {text!r}: no source {source!r}: expected * or one of {', '.join(sources)}")
    return Fault(source, feed or "*", city_id or "*", known)
