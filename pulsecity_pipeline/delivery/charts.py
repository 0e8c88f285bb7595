"""Small charts of a city's night, as SVG or one line of text, for asset metadata."""

from collections.abc import Sequence

import polars as pl

from pulsecity_pipeline.delivery.svg import WIDTH, bar, drawing, line, text

_BLUE = "#4c78a8"
_STATE_COLOURS = {
    "healthy": "#54a24b",
    "empty": "#bab0ac",
    "degraded": "#eeca3b",
    "halved": "#f58518",
    "missing": "#b279a2",
    "failing": "#e45756",
    "retired": "#9d3b3b",
}
_SPARKS = "▁▂▃▄▅▆▇█"
_SPARK_LIMIT = 200


def pulse_chart(city_pulse: pl.DataFrame) -> str:
    """metrics.city_pulse of one city and night → SVG: one bar a week, 0 to 20, a line at 10, the median week."""
    weeks = city_pulse.sort("week_on").select("week_on", "pulse", "event_count", "top_category").rows()
    step = (WIDTH - 30) / max(len(weeks), 1)
    elements = [text(26, 64, "10", "end"), text(26, 14, "20", "end")]
    for index, (week_on, pulse, event_count, top_category) in enumerate(weeks):
        left, height = 30 + index * step, pulse * 5
        tip = f"{week_on}: pulse {pulse:.1f}, {event_count} events, mostly {top_category or 'nothing'}"
        elements.append(bar(left + 1, 110 - height, step - 2, height, _BLUE, tip))
        if index % 4 == 0:
            elements.append(text(left, 124, f"{week_on:%b} {week_on.day}"))
    return drawing(130, [*elements, line(30, 60, WIDTH, 60)])


def ranking_chart(top_events: pl.DataFrame, limit: int = 10) -> str:
    """The first `limit` events by position → SVG: impact 0 to 100 as a bar, low to high as a line over it.

    Columns: position, title, impact, impact_low, impact_high, attendance_p50.
    """
    columns = ["title", "impact", "impact_low", "impact_high", "attendance_p50"]
    rows = top_events.sort("position").head(limit).select(columns).rows()
    elements: list[str] = []
    for index, (title, impact, low, high, people) in enumerate(rows):
        top, scale = 4 + index * 20, (WIDTH - 300) / 100
        name = title if len(title) <= 44 else f"{title[:43]}…"
        elements += [
            text(264, top + 12, name, "end"),
            bar(270, top, impact * scale, 14, _BLUE, f"{title}: impact {impact} ({low}-{high}), {people:,.0f} people"),
            line(270 + low * scale, top + 7, 270 + high * scale, top + 7),
            text(275 + max(impact, high) * scale, top + 12, str(impact)),
        ]
    return drawing(8 + 20 * len(rows), elements)


def health_chart(source_health: pl.DataFrame) -> str:
    """metrics.source_health of one city and night → SVG: one bar, as long as there are feeds in each state."""
    counts = dict(source_health.group_by("state").agg(pl.len()).iter_rows())
    total, left, elements = max(source_health.height, 1), 0.0, list[str]()
    for index, (state, colour) in enumerate(_STATE_COLOURS.items()):
        count = counts.get(state, 0)
        width = WIDTH * count / total
        elements += [
            bar(left, 2, width, 18, colour, f"{count} {state}"),
            bar(index * 90, 28, 10, 10, colour, state),
            text(index * 90 + 15, 37, f"{count} {state}"),
        ]
        left += width
    return drawing(44, elements)


def spark_markdown(values: Sequence[float | None]) -> str:
    """Values in order → Markdown of one line under 900 characters: a sparkline, then the lowest and highest value.

    A missing value is a space; all-equal values are level. Only the last 200 values are drawn.
    """
    drawn = list(values[-_SPARK_LIMIT:])
    known = [value for value in drawn if value is not None]
    if not known:
        return "no values"
    low, high = min(known), max(known)
    steps, span = len(_SPARKS) - 1, high - low or 1.0
    sparks = "".join(" " if value is None else _SPARKS[round((value - low) / span * steps)] for value in drawn)
    return f"`{sparks}` {low:,.1f} … {high:,.1f}"
