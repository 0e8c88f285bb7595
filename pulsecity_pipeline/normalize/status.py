"""State of an event and of its ticket sales, from the status word and from what the title says of itself."""

import polars as pl

#: Where a state may stand in a title: in front, in brackets, after a dash or colon, or anywhere in capitals.
_PLACES = (
    r"^\W*(?:{0})\b",
    r"[(\[*]\s*(?:{0})\b",
    r"\s[-–—|]+\s*(?:{0})\b",
    r"[:!]\s+(?:{0})\W*$",
    r"(?-i:\b(?:{1})\b)",
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = (
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|\d{{1,2}}(?:st|nd|rd|th)?[ ./-]?{_MONTH}|{_MONTH}\.? ?\d+"
    r"|\d+/\d+|a (?:new|later) date)"
)


def _in_title(words: str, capitals: str) -> str:
    return "(?i)" + "|".join(place.format(words, capitals) for place in _PLACES)


#: First match wins.
TITLE_STATES: tuple[tuple[str, str], ...] = (
    ("cancelled", _in_title(r"cancell?ed|cancell?ation", r"CANCELL?ED")),
    ("postponed", _in_title(r"postponed", r"POSTPONED")),
    (
        "moved_online",
        _in_title(r"(?:now|moved|moving|going|switched)(?: to)? (?:online|virtual|zoom)", r"MOVED ONLINE|NOW ONLINE"),
    ),
    (
        "rescheduled",
        _in_title(rf"re-?scheduled|(?:moved|date changed) to (?:{_DATE})|new date", r"RESCHEDULED|NEW DATE"),
    ),
)
TITLE_SALES: tuple[tuple[str, str], ...] = (
    (
        "few_left",
        r"(?i)\b(?:almost|nearly) sold[- ]?out\b"
        r"|\b(?:few|last|limited|only \d+) (?:tickets|spots|seats|places) (?:left|remaining)\b",
    ),
    ("sold_out", _in_title(r"sold[- ]?out|fully booked", r"SOLD[- ]?OUT") + r"|sold[- ]?out!*$"),
)
#: Status words as written, folded to letters: iCalendar, schema.org and common feeds.
STATUS_WORDS = {
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "eventcancelled": "cancelled",
    "postponed": "postponed",
    "eventpostponed": "postponed",
    "rescheduled": "rescheduled",
    "eventrescheduled": "rescheduled",
    "movedonline": "moved_online",
    "eventmovedonline": "moved_online",
    "tentative": "tentative",
}
SALE_WORDS = {
    "soldout": "sold_out",
    "onsale": "on_sale",
    "offsale": "ended",
    "presale": "presale",
    "limitedavailability": "few_left",
    "instock": "on_sale",
    "instoreonly": "on_sale",
    "onlineonly": "on_sale",
    "outofstock": "sold_out",
    "preorder": "presale",
    "presalestarted": "presale",
    "notyet": "not_yet",
    "notyetonsale": "not_yet",
    "fewleft": "few_left",
    "waitlist": "sold_out",
    "ended": "ended",
    "salesended": "ended",
    "discontinued": "ended",
}
_SCHEDULED = "scheduled"


def resolve_status(frame: pl.DataFrame) -> pl.DataFrame:
    """In: title, status (as stated). Out: status, sale_status, status_evidence.

    Cancelled by word or title outweighs all; then the title; then the word. Nobody is cancelled without evidence: what
    a feed merely ceases to list stays as it was stated. What is over turns `past` in `aging`.
    """
    word = pl.col("status").str.replace(r"^.*[/#]", "").str.replace_all(r"[^A-Za-z]", "").str.to_lowercase()
    stated = word.replace_strict(STATUS_WORDS, default=None, return_dtype=pl.String)
    from_title = _first_match(TITLE_STATES)
    cancelled_by_word = (stated == "cancelled").fill_null(value=False)
    state = pl.when(cancelled_by_word).then(stated).otherwise(pl.coalesce(from_title, stated, pl.lit(_SCHEDULED)))
    sale = pl.coalesce(_first_match(TITLE_SALES), word.replace_strict(SALE_WORDS, default=None, return_dtype=pl.String))
    evidence = (
        pl.when(~cancelled_by_word & from_title.is_not_null()).then(pl.format("title: {}", "title"))
        .when(stated.is_not_null()).then(pl.format("status: {}", "status"))
    )  # fmt: skip
    return frame.select(status=state, sale_status=sale.fill_null("unknown"), status_evidence=evidence)


def _first_match(patterns: tuple[tuple[str, str], ...]) -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("title").str.contains(pattern)).then(pl.lit(state)) for state, pattern in patterns
    )
