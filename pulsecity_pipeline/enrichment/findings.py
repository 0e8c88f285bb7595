"""Findings: what one provider of music says of one performer: a sample, or why it has none that is surely theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pulsecity_pipeline.enrichment.folding import fold_name

Item = dict[str, Any]

#: How sure a sample is that a provider's only artist of the name has, without a link that says so: where MusicBrainz
#: knows the artist, and no namesake; and where it knows nobody of that name.
KNOWN_NAME, UNKNOWN_NAME = 0.8, 0.5


@dataclass(frozen=True)
class Performer:
    """Whom a sample is looked for: the name as billed, what MusicBrainz says, and the city's country."""

    performer: str
    billed_as: str
    country: str
    mbid: str | None = None
    artist_name: str | None = None
    score: float = 0.0
    rivals: int = 0
    links: Sequence[str] = ()

    @property
    def names(self) -> frozenset[str]:
        """Folded names under which it is the same artist."""
        return frozenset({self.performer, *([fold_name(self.artist_name)] if self.artist_name else [])})

    def name_confidence(self) -> float | None:
        """How sure an equal name alone is; None where namesakes are known, or a single word could be anybody."""
        if self.mbid is not None:
            return None if self.rivals else KNOWN_NAME
        return None if self.score > 0 or " " not in self.performer else UNKNOWN_NAME


@dataclass(frozen=True)
class Found:
    """A sample, as columns of clean.samples."""

    kind: Literal["embed", "preview", "link"]
    url: str
    match_confidence: float
    licence_note: str


@dataclass(frozen=True)
class Nothing:
    """Why a provider has no sample; `is_failure` where it could not say."""

    reason: str
    is_failure: bool = False


Finding = Found | Nothing


def choose_artist(
    performer: Performer, artists: Sequence[Item], *, name: str, artist_id: str
) -> tuple[Item, float] | Nothing:
    """The provider's only artist of the performer's name, and how sure it is.

    `name` and `artist_id` are the fields that hold them; several items of one id are one artist.
    """
    same = [one for one in artists if fold_name(str(one.get(name) or "")) in performer.names]
    if not same:
        return Nothing("nobody of that name")
    if len({str(one.get(artist_id)) for one in same}) > 1:
        return Nothing("several artists of that name")
    confidence = performer.name_confidence()
    if confidence is None:
        return Nothing("one of that name, and namesakes are known" if performer.rivals else "one of so short a name")
    return same[0], confidence
