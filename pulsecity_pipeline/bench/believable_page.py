"""The believable bench as a page: what is compared and how, where the world is easier, and the figures."""

from pathlib import Path
from typing import Final

import polars as pl

from pulsecity_pipeline.bench.believable_distances import DISTRIBUTIONS, summarize_populations

_BEGIN, _END = "<!-- measured by `pulsecity bench believable` -->", "<!-- end of what was measured -->"
_HEAD: Final = """# The sandbox beside reality

How near the fiction is to what real sources publish. Both sides are read in the same way: pages are cut and read by
the source's own adapter and normalised to listings; then every listing is turned into numbers. Nothing of real texts
is kept. `pulsecity bench believable FOLDER… --write` makes this page out of

- a data folder with a lake of real calendars (`pulsecity run --from replay:FOLDER`): population `ics`, with the events
  that the pipeline resolved. A calendar speaks for 300 listings at most, and so do the sandbox's;
- recorded answers of other sources, by source. The night is the first day in a file; archives have none. Fields that
  hardly a listing of a recording states were not asked for: of those nothing is known;
- tables in bulk: club nights of Germany (`resident_advisor`), shows of New York (`songkick: history`), small-town
  groups (`meetup: groups`), attended events of Chicago (`world: attended events`, set beside the truth of what sells
  seats, for 300 people or more; its night is when a thing was first seen).

The sandbox's side is one night of Toronto, Austin and London. Listings per happening are those of one source: by the
truth on the sandbox's side, by the pipeline's own resolution on the real one, where mistakes of the pipeline count too.
Prices are taken as they stand in currencies of about a US dollar. The sandbox's habits were set by looking at this very
table, for one seed: other seeds and cities (`--seed`, `--city`) lie a few hundredths farther off.
"""
_EASIER: Final = """## Where the world is easier than reality

- **Texts repeat their sentences.** Descriptions are nearly as long as real ones, but English ones are put together from
  some sixty sentences, other languages' from a handful; none names another date, place or line-up than the fields
  beside it does.
- **Titles come from patterns.** They are as long, as marked, as numbered and as often in capitals as real ones, but one
  thing is worded twice in a few dozen ways; a real publisher may name it entirely anew.
- **Fewer entries pretend.** One real calendar entry in eleven begins at 00:00, and a tenth of the timed ones last 24
  hours or more, because software had to put an hour.
- **No archives, no far future.** Half of the real calendar entries began before the night, some of them years ago, and
  many series have no end; the world reaches from 30 days before to 250 days after.
- **Fewer things are told twice.** Real calendars repeat more titles (a third are distinct, in the sandbox a half) and
  hold more near duplicates at one start.
- **Calmer calendars.** What stays listed from night to night changes less than in the recorded nights.
- **Places are tidier.** One real located entry in ten lies in another state; the sandbox's lie in or near the city.
- **Prices are clearer.** Real calendars are freer and put prices in wilder words than the sandbox's dozen.
- **Groups are larger.** Meetups of the small town on record count three people, the world's seventeen, and these
  groups keep one title for years.
- **Platforms look ahead evenly.** Recorded searches show what is next (half within a week); the sandbox's platforms
  answer with all that is announced.
- **One language.** Streets, names and titles of the fiction's Toronto, Austin and London are English, but for artists;
  recorded meetups are of many countries.
- **Small samples.** Of `ticketmaster`, `tribe`, `pages`, `songkick`, `legistar` and `jsonld` there are one to a dozen
  recordings: of one house, one artist, one council. Great distances there say little of either side.
"""
_LIST: Final = """## Distributions

Every distance is 0 for the same and 1 for nothing in common.

| what | distance |
|---|---|
"""


def render_page(measured: str) -> str:
    """Markdown of the page; `measured` is what stands between the marks."""
    ways = {"numbers": "Kolmogorov and Smirnov", "shares": "total variation", "rate": "difference of shares"}
    rows = "\n".join(f"| {one.name} | {ways[one.kind]} |" for one in DISTRIBUTIONS)
    return f"{_HEAD}\n{_EASIER}\n{_LIST}{rows}\n\n## Figures\n\n{_BEGIN}\n{measured}{_END}\n"


def read_measured(page: Path) -> str:
    """What was measured, of an existing page; empty where there is none."""
    text = page.read_text("utf-8") if page.exists() else ""
    return text.partition(f"{_BEGIN}\n")[2].partition(_END)[0]


def render_measured(compared: pl.DataFrame) -> str:
    """The summary, and a table a population; numbers are told as their 10th, 50th and 90th of a hundred."""
    summary = summarize_populations(compared)
    lines = [
        "| population | real | sandbox | distributions | mean distance | greatest | within 0.1 |",
        "|" + "---|" * 7,
    ]
    for name, real, sandbox, many, mean, most, near in summary.rows():
        lines.append(f"| {name} | {real:,} | {sandbox:,} | {many} | {mean:.2f} | {most:.2f} | {near:.0%} |")
    lines += ["", "Numbers are told as the 10th, 50th and 90th of a hundred, words by the commonest."]
    for name in summary["population"]:
        lines += ["", f"### {name}", "", "| what | real | sandbox | distance |", "|---|---|---|---|"]
        part = compared.filter(pl.col("population") == name)
        for row in part.select("distribution", "real", "sandbox", "distance").rows():
            lines.append("| {} | {} | {} | {:.2f} |".format(*row))
    return "\n".join(lines) + "\n"
