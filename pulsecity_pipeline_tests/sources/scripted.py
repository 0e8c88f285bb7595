"""A client that answers from a script, and short ways to what a source makes of a few records."""

from collections.abc import Callable
from typing import Any

import orjson

from pulsecity_pipeline.sources.protocol import Answer, Feed, FetchedPage, ReadResult, Source, Validators
from pulsecity_pipeline_tests.sources.calendars import WINDOW

Script = Callable[[str, bytes | None], Any]


class ScriptedClient:
    """`script(url, body)` gives the content of an answer: JSON, or bytes, or the number of an HTTP error."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[tuple[str, bytes | None]] = []
        self.validators: list[Validators] = []

    def get(self, url: str, validators: Validators = Validators(), body: bytes | None = None) -> Answer:
        self.asked.append((url, body))
        self.validators.append(validators)
        content = self.script(url, body)
        if isinstance(content, int):
            return Answer(url, "failed", status=content, reason=f"HTTP {content}")
        return Answer(url, "ok", status=200, body=content if isinstance(content, bytes) else orjson.dumps(content))


def fetch_script(source: Source, script: Script, *urls: str) -> tuple[list[FetchedPage], ScriptedClient]:
    """The pages of one feed for each of the urls, and the client that was asked."""
    client = ScriptedClient(script)
    feeds = [Feed(source.NAME, f"feed_{number}", url) for number, url in enumerate(urls)]
    return list(source.fetch(client, feeds, {})), client


def read_content(source: Source, content: Any) -> ReadResult:
    """What a page of this JSON content becomes."""
    return source.read(source.split(orjson.dumps(content)), WINDOW)


def page_rules(source: Source, body: bytes) -> list[str]:
    """The rules of the faults that splitting a body finds."""
    return [fault.rule for fault in source.split(body).faults]
