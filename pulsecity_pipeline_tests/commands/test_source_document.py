"""docs/sources.md says what configuration says; what was measured is kept when it is generated anew."""

from pathlib import Path

from pulsecity_pipeline.commands.source_document import read_measured, render_sources
from pulsecity_pipeline.config.source_entries import load_sources

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_page_is_current() -> None:
    measured = read_measured(PAGE)
    assert "| `tribe` |" in measured
    assert render_sources(load_sources(), measured) == PAGE.read_text("utf-8"), "run `make docs`"


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "sources.md"
    assert read_measured(page) == ""
    page.write_text(render_sources(load_sources(), "| figures |\n"), encoding="utf-8")
    assert read_measured(page) == "| figures |\n"
