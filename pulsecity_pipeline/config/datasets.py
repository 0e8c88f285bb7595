"""Open-data datasets: which of their columns say what, one file each below config/datasets."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged
from pulsecity_pipeline.config.zones import ZoneName

Column = Annotated[str, Field(min_length=1)]
#: Their columns that may state one of ours; the first that does is taken.
Columns = Annotated[list[Column], Field(min_length=1)]
#: Columns of a reading that are plain text.
TextColumn = Literal[
    "title",
    "description",
    "url",
    "image_url",
    "location",
    "venue_name",
    "address",
    "locality",
    "region",
    "country",
    "organizer",
    "price",
    "status",
    "sale_status",
    "online_url",
]


class Words(Strict):
    """A column whose words tell one of two things, or neither: `so` and `not_so`."""

    column: Column
    so: list[str] = Field(min_length=1)
    not_so: list[str] = Field(default_factory=list)


class Dataset(Strict):
    """One dataset. A page is of the dataset whose columns of `id`, `start` and `columns.title` its rows have."""

    source: Literal["socrata", "opendatasoft"]
    title: str
    #: Zone of times that state no offset; times that do are shown in it.
    zone: ZoneName | None
    #: The columns that together tell one row; the first of several tells the series.
    id: Columns
    start: Column
    start_time: Column | None = None
    end: Column | None = None
    end_time: Column | None = None
    #: Column of all slots: `start_end;start_end`, or a list (or its JSON text) of {begin, end}.
    slots: Column | None = None
    #: A run of two days and more says nothing of the hours.
    has_runs: bool = False
    #: One column (an object, a pair or `lat, lon`), or latitude and longitude.
    point: list[Column] = Field(default_factory=list, max_length=2)
    updated: Column | None = None
    #: Columns of categories, cut at `separators`.
    categories: list[Column] = Field(default_factory=list)
    separators: str = ";"
    columns: dict[TextColumn, Columns]
    #: What their words for one of ours mean: `status` 6 is cancelled.
    translations: dict[TextColumn, dict[str, str]] = Field(default_factory=dict)
    #: The same for every row: the town of a town's portal.
    constants: dict[TextColumn, str] = Field(default_factory=dict)
    #: What stands before it in an address is the venue: `Forest Park: Field 1`.
    venue_ends: str | None = None
    free: Words | None = None
    online: Words | None = None
    #: Columns that are known and not read; any other is counted.
    ignored: list[Column] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_title(self) -> "Dataset":
        if "title" not in self.columns:
            raise ValueError("columns: expected a title")
        return self

    @property
    def marks(self) -> frozenset[str]:
        """The columns it is recognised by."""
        return frozenset((*self.id, self.start, self.columns["title"][0]))

    @property
    def known(self) -> frozenset[str]:
        """Every column that needs no attention."""
        words = [words.column for words in (self.free, self.online) if words]
        listed = [self.start, self.start_time, self.end, self.end_time, self.slots, self.updated]
        texts = [column for columns in self.columns.values() for column in columns]
        found = [*self.id, *listed, *self.point, *self.categories, *texts, *words, *self.ignored]
        return frozenset(column.partition(".")[0] for column in found if column)


@cache
def load_datasets(source: str, folder: Path | None = None) -> dict[str, Dataset]:
    """The datasets of a source: name (the file's) → entry, sorted. Raises ConfigurationError."""
    found = sorted((folder or packaged("datasets")).glob("*.yaml"))
    loaded = {path.stem: load_yaml(path, Dataset) for path in found}
    return {name: dataset for name, dataset in loaded.items() if dataset.source == source}
