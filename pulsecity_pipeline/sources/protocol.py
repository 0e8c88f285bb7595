"""What every source agrees on: the shapes it takes and gives, and the protocol its module satisfies."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable


@dataclass(frozen=True)
class Feed:
    """One publisher's address within a source: `name` is stable, `url` may change."""

    source: str
    name: str
    url: str


@dataclass(frozen=True)
class Validators:
    """What the last good answer of a URL said, for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back for one URL. `outcome` as in contract `raw.pages`.

    `body` is None unless outcome is `ok`, or `not_modified` and a lake still keeps the body that this confirmed.
    """

    url: str
    outcome: Literal["ok", "not_modified", "failed"]
    status: int | None = None
    reason: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: bytes | None = None
    #: When it was received; None lets the caller stamp the night's as-of.
    pulled_at: datetime | None = None


class Client(Protocol):
    """The one way to a page: the polite HTTP client and the replay of saved pages both satisfy it.

    `get` never raises for what the network or a server does: that is an Answer with outcome `failed` and a reason.
    """

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        """Ask for `url`, by POST where there is a `body` (JSON); answers to different bodies differ in `url`."""
        ...


@dataclass(frozen=True)
class FetchedPage:
    """One page of a feed, as received."""

    feed: Feed
    answer: Answer


@dataclass(frozen=True)
class Record:
    """One record cut out of a page: `pointer` says where (`vevent/12`), `payload` is its own bytes, unfolded."""

    pointer: str
    payload: bytes
    #: Hash of the payload without volatile lines.
    fingerprint: str
    #: Their id: records of one key are read together, or not at all. Records without one all belong together.
    key: str = ""
    #: Its occurrences depend on the window: to be read every night, changed or not.
    is_windowed: bool = False


@dataclass(frozen=True)
class Fault:
    """Why a record (or, with pointer `page`, a whole page) could not be used; becomes a row of clean.rejects."""

    pointer: str
    stage: Literal["fetch", "split", "read", "normalize"]
    rule: str
    reason: str
    field: str | None = None
    payload: str | None = None
    is_record: bool = True


@dataclass(frozen=True)
class Split:
    """What `split` found in a page: whole records, what all of them share (`context`), and what it had to leave.

    `faults` with is_record=True are records that were seen but cannot be cut out whole (a truncated last entry).
    """

    records: list[Record]
    faults: list[Fault] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """The days in which recurrences are expanded, both inclusive."""

    first_on: date
    last_on: date

    @classmethod
    def around(cls, as_of: date) -> "Window":
        """30 days before to 365 days after."""
        return cls(as_of - timedelta(days=30), as_of + timedelta(days=365))


@dataclass
class ReadResult:
    """What `read` made of one page's records.

    `rows` are dictionaries with the columns of contract `Reading` but source, feed, page_id and is_expansion, one per
    record; a column that is left out is null. The further occurrences of a recurring record are not rows but
    `expansions`: (index of its row, source_event_id, start_wall, end_wall), every other column being its row's.
    `sources.readings.readings_frame` makes one frame of both.
    Accounting per page: len(records) == len(rows) + (record faults) + repeats.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    expansions: list[tuple[int, str, datetime, datetime | None]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    repeats: int = 0
    #: Property names nobody reads → how often.
    unread: Counter[str] = field(default_factory=Counter)


@runtime_checkable
class Source(Protocol):
    """A source is a plain module with these names."""

    NAME: str

    def fetch(self, client: Client, feeds: Iterable[Feed], validators: dict[str, Validators]) -> Iterator[FetchedPage]:
        """The only function that touches the network; `validators` by URL."""
        ...

    def split(self, body: bytes) -> Split:
        """Cut a page into records; never raises for what a body holds."""
        ...

    def read(self, split: Split, window: Window) -> ReadResult:
        """Type the records; one bad record is one fault; never raises for what a record holds."""
        ...
