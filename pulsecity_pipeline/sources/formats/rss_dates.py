"""Machine dates of feed items: W3CDTF, iCalendar's basic forms and RFC 822, as stamps; nothing is read from prose."""

import re
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from pulsecity_pipeline.sources.formats.ics_stamps import Stamp

#: RFC 822 has a clock of 24 hours; a reader of mail dates drops these words, and the evening becomes a morning.
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.I)


@lru_cache(maxsize=16384)
def read_feed_date(value: str) -> Stamp:
    """`2027-03-04`, `2027-03-04T10:30:00+01:00`, `20270304T183000Z`, `Thu, 04 Mar 2027 10:30:00 +0100` → stamp.

    Raises ValueError for anything else.
    """
    text = value.strip()
    if text[:1].isalpha():
        if _HALF_DAY.search(text):
            raise ValueError("a.m. or p.m. in a mail date")
        return _of(parsedate_to_datetime(text))
    try:
        return Stamp(datetime.combine(date.fromisoformat(text), time.min), None, True)
    except ValueError:
        return _of(datetime.fromisoformat(text.replace("z", "Z")))


def _of(moment: datetime) -> Stamp:
    offset = moment.utcoffset()
    wall = moment.replace(tzinfo=None, microsecond=0)
    if offset is None:
        return Stamp(wall, None, False)
    minutes = int(offset / timedelta(minutes=1))
    if not minutes:
        return Stamp(wall, "UTC", False)
    return Stamp(wall, f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}", False)
