"""The payloads bench on golden pages: each file counts for the source that reads it, and nothing is lost."""

import shutil
from pathlib import Path

from pulsecity_pipeline.bench.payloads import bench_payloads, summarize_sources
from pulsecity_pipeline.commands.source_document import render_measured
from pulsecity_pipeline_tests.sources.golden import AS_OF, FOLDER


def test_files_are_read_by_their_sources(tmp_path: Path) -> None:
    for folder, pages in {
        "json-venues": "tribe/page",
        "songkick": "songkick/error",
        "html-venues": "pages/list",
    }.items():
        (page,) = FOLDER.glob(f"{pages}.page.*")
        (tmp_path / folder).mkdir()
        shutil.copy(page, tmp_path / folder)
    files = bench_payloads(tmp_path, AS_OF)
    found = files.select("source", "records", "listings", "rejects", "repeats", "lost").rows()
    assert ("tribe", 8, 3, 4, 1, 0) in found
    assert [row[0] for row in found if row[1]] == ["pages", "tribe"]
    summary = summarize_sources(files)
    assert summary["lost"].sum() == 0
    text = render_measured(summary, files)
    assert (
        "| json-venues/page.page.json | `tribe` | 8 | invalid_start 1, missing_start 1, missing_title 1, not_an_object 1 |"
        in text
    )
