"""From a place as stated to venue, address, coordinates and whether one attends in person, online or both."""

import re
from typing import NamedTuple

import polars as pl

from pulsecity_pipeline.normalize.distinct import derive_distinct

_URL = re.compile(r"(?:https?://|www\.)[^\s<>,]+", re.IGNORECASE)
#: Hosts one meets at. Another link as location is a page about the event, not a place to be.
_MEETING_HOST = re.compile(
    r"(?:^|[/.])(?:zoom\.(?:us|com)|meet\.google\.com|hangouts\.google\.com|teams\.microsoft\.com|teams\.live\.com|"
    r"webex\.com|gotomeeting\.com|gotowebinar\.com|bluejeans\.com|whereby\.com|meet\.jit\.si|skype\.com|youtube\.com|"
    r"youtu\.be|twitch\.tv|crowdcast\.io|streamyard\.com|vimeo\.com|discord\.(?:gg|com)|gather\.town|hopin\.(?:com|to)|"
    r"bigmarker\.com|on24\.com|livestream\.com|airmeet\.com|fb\.watch)(?:[/:?]|$)",
    re.IGNORECASE,
)
_ONLINE_WORDS = (
    r"(?:on[- ]?line|virtual(?:ly)?|zoom|webinar|google meet|(?:microsoft |ms )?teams|webex|live ?stream(?:ed|ing)?|"
    r"skype|discord|remote(?:ly)?|internet|web|facebook live|youtube(?: live)?|instagram live|via phone|teleconference)"
)
_FILLER = (
    r"(?:\s|[:;,/&+()|.!-]|event|meeting|only|via|on|and|the|room|call|link|class|location|platform|video|held|"
    r"format|program)"
)
_ONLINE_ONLY = re.compile(rf"{_FILLER}*{_ONLINE_WORDS}(?:{_FILLER}|{_ONLINE_WORDS})*", re.IGNORECASE)
_BOTH = re.compile(
    r"\bhybrid\b|\b(?:and|or|&|/|\+)\s*(?:via |on |by )?(?:zoom|online|virtual)\b|\bzoom\s*(?:/|and|&|or|\+)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*\n\s*|\s*[,;|•]\s*|\s+[-–—@]+\s+")
_HOUSE_NUMBER = re.compile(r"\d+[A-Za-z]?(?:[-–/]\d+)?\s+\S")
_COORDINATES = re.compile(r"\s*(-?\d{1,2}\.\d{3,}),\s*(-?\d{1,3}\.\d{3,})\s*")
#: What is left when a link is taken out of its words.
_LEFTOVER = " \t\n,;:/|-–—"
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*[)\]]")

_ONLINE_TITLE = (
    r"(?i)^\W*(?:virtual|online|webinar|zoom)\b\W*[:\-–—|\]]"
    r"|[(\[](?:virtual|online|via zoom|on zoom|zoom|webinar)[)\]]"
)
_COLUMNS = {
    "venue_name": pl.String,
    "address": pl.String,
    "where": pl.String,
    "is_online": pl.Boolean,
    "text_latitude": pl.Float64,
    "text_longitude": pl.Float64,
}


class Stated(NamedTuple):
    """One location text taken apart. `where` is the text without links, for reading the town."""

    venue_name: str | None
    address: str | None
    where: str | None
    is_online: bool
    latitude: float | None
    longitude: float | None


def read_location(text: str) -> Stated:
    """Takes one clean location text apart: `Sala 2, Via Roma 1, Roma` → Sala 2; Via Roma 1, Roma."""
    point = _COORDINATES.fullmatch(text)
    if point is not None:
        return Stated(None, None, None, False, float(point[1]), float(point[2]))
    is_online = any(_MEETING_HOST.search(link) for link in _URL.findall(text)) or bool(_BOTH.search(text))
    where = _EMPTY_BRACKETS.sub(" ", _URL.sub(" ", text)).strip(_LEFTOVER)
    if _ONLINE_ONLY.fullmatch(where):
        return Stated(None, None, None, True, None, None)
    venue, address = _split(where)
    return Stated(venue, address, where or None, is_online, None, None)


def _split(where: str) -> tuple[str | None, str | None]:
    if _HOUSE_NUMBER.match(where):
        return None, _one_line(where)
    parts = _SEPARATOR.split(where, maxsplit=1)
    rest = parts[1] if len(parts) > 1 else ""
    return _one_line(parts[0]), _one_line(rest)


def _one_line(text: str) -> str | None:
    return ", ".join(part.strip(" ,") for part in text.split("\n") if part.strip(" ,")) or None


def read_places(frame: pl.DataFrame) -> pl.DataFrame:
    """In: title, location (clean), latitude, longitude, online_url. Out: venue_name, address, where, latitude,
    longitude, geo_precision, attendance_mode.

    Coordinates out of range or at 0, 0 are no coordinates. Online where the location says nothing but a meeting link
    or online words, or there is no location and a link to join, or a title that opens with it; mixed where a place
    and a way to join are both stated.
    """
    stated = derive_distinct(frame, ["location"], _read_distinct)
    point = _usable(frame.select("latitude", "longitude"), stated)
    online = pl.col("is_online").fill_null(False) | pl.col("online_url").is_not_null()
    has_place = pl.col("where").is_not_null() | pl.col("latitude").is_not_null()
    nowhere = pl.col("location").is_null() & pl.col("title").str.contains(_ONLINE_TITLE)
    mode = (
        pl.when(has_place & online)
        .then(pl.lit("mixed"))
        .when(~has_place & (online | nowhere))
        .then(pl.lit("online"))
        .otherwise(pl.lit("offline"))
    )
    known = frame.select("title", "location", "online_url").hstack(stated.drop("text_latitude", "text_longitude"))
    return known.hstack(point).select(
        "venue_name",
        "address",
        "where",
        "latitude",
        "longitude",
        geo_precision=pl.when(pl.col("latitude").is_not_null()).then(pl.lit("exact")),
        attendance_mode=mode,
    )


def _read_distinct(locations: pl.DataFrame) -> pl.DataFrame:
    nothing = Stated(None, None, None, False, None, None)
    rows = [nothing if text is None else read_location(text) for text in locations["location"]]
    return locations.hstack(pl.DataFrame(rows, schema=_COLUMNS, orient="row"))


def _usable(points: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    latitude = pl.coalesce(pl.col("latitude").fill_nan(None), "text_latitude")
    longitude = pl.coalesce(pl.col("longitude").fill_nan(None), "text_longitude")
    in_range = latitude.is_between(-90, 90) & longitude.is_between(-180, 180)
    somewhere = in_range & ~((latitude.abs() < 1e-6) & (longitude.abs() < 1e-6))
    return points.hstack(stated.select("text_latitude", "text_longitude")).select(
        latitude=pl.when(somewhere).then(latitude), longitude=pl.when(somewhere).then(longitude)
    )
