"""Judging: which of an artist's namesakes is billed, if any is surely it; else none, for a wrong one is worse."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pulsecity_pipeline.config.cities import City
from pulsecity_pipeline.enrichment.candidates import Candidate
from pulsecity_pipeline.enrichment.folding import fold_name

#: What a candidate must reach, and by how much it must lead.
ENOUGH, LEAD = 0.65, 0.05
_NAME, _ALIAS = 0.55, 0.45
#: Words of a name that say what kind of artist it is.
_KINDS = {
    "Orchestra": {"orchestra", "orchestre", "orchester", "philharmonic", "symphony", "sinfonia"},
    "Choir": {"choir", "chorus", "chorale", "singers", "coro", "chor"},
    "Group": {"trio", "quartet", "quintet", "sextet", "band", "ensemble", "duo", "brothers", "sisters"},
}


@dataclass(frozen=True)
class Billing:
    """A performer as billed: the folded name, and what its events say. `words` as in PERFORMERS."""

    performer: str
    is_music: bool
    first_on: date
    words: Collection[str] = ()


@dataclass(frozen=True)
class Judgement:
    """The artist, or none; how sure the best was, how many others have the name, and why."""

    chosen: Candidate | None
    score: float
    rivals: int
    evidence: str


def judge(billing: Billing, candidates: Sequence[Candidate], city: City, *, are_all: bool) -> Judgement:
    """The one candidate of that name that is likely enough and leads all others.

    `are_all` is False where more candidates of the name may exist than were read: then none is sure.
    """
    namesakes = [one for one in candidates if _name_level(billing, one)]
    if not namesakes:
        return Judgement(None, 0, 0, f"nobody of that name among {len(candidates)}")
    judged = sorted(((*_weigh(billing, one, city), one) for one in namesakes), key=lambda one: (-one[0], one[2].mbid))
    score, evidence, best = judged[0]
    rivals = len(namesakes) - 1
    told = f"{evidence}; {rivals} rival{'' if rivals == 1 else 's'}"
    if not are_all:
        return Judgement(None, score, rivals, f"left: more of that name than were read; {told}")
    if score < ENOUGH:
        return Judgement(None, score, rivals, f"left: too little speaks for it; {told}")
    if rivals and round(score - judged[1][0], 4) < LEAD:
        return Judgement(None, score, rivals, f"left: another is as likely; {told}")
    return Judgement(best, score, rivals, told)


def _name_level(billing: Billing, one: Candidate) -> float:
    if fold_name(one.name) == billing.performer:
        return _NAME
    return _ALIAS if billing.performer in one.aliases else 0


def _weigh(billing: Billing, one: Candidate, city: City) -> tuple[float, str]:
    """(score, evidence) of a namesake; 0 for one who cannot perform then."""
    if (absent := _why_absent(billing, one)) is not None:
        return 0.0, absent
    level = _name_level(billing, one)
    found = [(level, "name same" if level == _NAME else "alias same")]
    if billing.is_music:
        found.append((0.1, "music"))
    if one.country == city.country:
        found.append((0.1, f"country {one.country}"))
    if fold_name(city.name) in one.areas:
        found.append((0.1, f"area {city.name}"))
    if tags := [tag for tag in one.tags if tag != "music" and set(tag.split(" ")) <= set(billing.words)]:
        found.append((0.1, f"tag {tags[0]}"))
    if _kind_agrees(billing, one):
        found.append((0.05, f"type {one.kind}"))
    return round(min(sum(points for points, _ in found), 1.0), 4), ", ".join(words for _, words in found)


def _why_absent(billing: Billing, one: Candidate) -> str | None:
    """Who has died, disbanded, or was born later does not play; a character or a brand neither."""
    if one.kind in ("Character", "Other"):
        return f"type {one.kind}"
    if one.is_ended and (one.ended is None or one.ended < billing.first_on.isoformat()[: len(one.ended)]):
        return f"ended {one.ended or 'before'}"
    if one.began is not None and one.began > billing.first_on.isoformat()[: len(one.began)]:
        return f"begins {one.began}"
    return None


def _kind_agrees(billing: Billing, one: Candidate) -> bool:
    words = set(billing.performer.split(" "))
    return any(one.kind == kind and words & hints for kind, hints in _KINDS.items())
