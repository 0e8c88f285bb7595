"""Pages without markup: where on a site's pages its events stand, one file each below config/selectors."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from selectolax.lexbor import LexborHTMLParser

from pulsecity_pipeline.config.datasets import TextColumn
from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged
from pulsecity_pipeline.config.zones import ZoneName


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error
    if groups != 1:
        raise ValueError(f"{pattern!r}: expected one group, found {groups}")
    return pattern


def _selects(css: str) -> str:
    try:
        LexborHTMLParser("<p>").css(css)
    except Exception as error:  # the library raises what it likes
        raise ValueError(f"{css!r} is no selector: {error}") from error
    return css


Css = Annotated[str, AfterValidator(_selects)]


class Pick(Strict):
    """A text of the page: of the first element below the record that `css` finds (of the record itself without one),
    its text or an attribute; of it what the one group of `pattern` matches.
    """

    css: Css | None = None
    attribute: str | None = None
    pattern: Annotated[str, AfterValidator(_one_group)] | None = None
    #: The last element found by `heading` before the record, or the page.
    of: Literal["record", "heading", "page"] = "record"


#: The first that finds a text is taken.
Picks = Annotated[list[Pick], Field(min_length=1)]


class Site(Strict):
    """A site. A page is one of it where its address (canonical, og:url) is on `host`, or `matches` finds something.

    `dates` are forms such as `{day} de {month} {year}`, or `iso`. A form without a year means the day that is next.
    """

    title: str
    host: str | None = Field(default=None, pattern=r"^[a-z0-9.-]+$")
    matches: Css | None = None
    #: Where relative addresses start, where the page does not say.
    base: str | None = Field(default=None, pattern=r"^https?://")
    zone: ZoneName | None
    language: Literal["en", "es", "fr", "de", "it", "pt", "nl"] = "en"
    record: Css
    heading: Css | None = None
    #: What the page shows where it honestly has no events.
    empty: Css | None = None
    dates: list[str] = Field(min_length=1)
    start: Picks
    end: list[Pick] = Field(default_factory=list)
    #: Texts with times of day: the first begins it, the second ends it.
    times: list[Pick] = Field(default_factory=list)
    fields: dict[TextColumn, Picks]
    categories: list[Pick] = Field(default_factory=list)
    constants: dict[TextColumn, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> "Site":
        if not (self.host or self.matches):
            raise ValueError("expected host or matches")
        if "title" not in self.fields:
            raise ValueError("fields: expected a title")
        unknown = [form for form in self.dates if form != "iso" and not {"day", "month"} <= _names(form)]
        if unknown:
            raise ValueError(f"dates: {unknown[0]!r}: expected iso, or a form with {{day}} and {{month}}")
        return self

    @property
    def has_open_years(self) -> bool:
        """Some dates leave their year to the night they are read in."""
        return any(form != "iso" and "year" not in _names(form) for form in self.dates)


def _names(form: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", form))


@cache
def load_sites(folder: Path | None = None) -> dict[str, Site]:
    """Site name (the file's) → entry, sorted. Raises ConfigurationError."""
    found = sorted((folder or packaged("selectors")).glob("*.yaml"))
    return {path.stem: load_yaml(path, Site) for path in found}
