"""XML cut into records: shapes, ends that are missing, and what would be an attack."""

from typing import Any

import orjson
import pytest

from pulsecity_pipeline.sources.formats.xml_records import split_xml
from pulsecity_pipeline.sources.protocol import Split


def cut(body: str | bytes, **changes: Any) -> Split:
    content = body.encode() if isinstance(body, str) else body
    return split_xml(content, **({"root": "events", "record": "event", "key": "@id"} | changes))


def items(split: Split) -> list[Any]:
    return [orjson.loads(record.payload) for record in split.records]


def test_elements_become_objects_texts_and_lists() -> None:
    body = """<?xml version="1.0"?><events at="now"><page><event id="7"><title> A &amp; B </title><tag>x</tag><tag>y</tag>
    <tag>z</tag><venue><name>Hall</name></venue><price currency="EUR">5</price><note/><html><![CDATA[<b>]]></html>
    </event></page><other>1</other><event>plain</event></events>"""
    found = cut(body)
    assert items(found) == [
        {
            "@id": "7",
            "title": "A & B",
            "tag": ["x", "y", "z"],
            "venue": {"name": "Hall"},
            "price": {"@currency": "EUR", "#text": "5"},
            "note": "",
            "html": "<b>",
        },
        {"#text": "plain"},
    ]
    assert [(record.pointer, record.key) for record in found.records] == [("event/0", "7"), ("event/1", "")]
    assert found.faults == []


def test_volatile_fields_are_no_change() -> None:
    prints = [
        cut(f'<events><event id="7"><seen>{seen}</seen><title>{title}</title></event></events>', volatile=("seen",))
        for seen, title in (("1", "A"), ("2", "A"), ("2", "B"))
    ]
    first, again, other = (found.records[0].fingerprint for found in prints)
    assert first == again != other


def test_what_was_read_before_a_cut_stands() -> None:
    found = cut("<events><event id='1'><title>A</title></event><event id='2'><title>B</ti")
    assert [item["@id"] for item in items(found)] == ["1"]
    assert [fault.rule for fault in found.faults] == ["missing_feed_end"]


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE events [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><events><event id="1">&c;</event></events>',
        '<!DOCTYPE events [<!ENTITY f SYSTEM "file:///etc/passwd">]><events><event id="1">&f;</event></events>',
    ],
)
def test_entities_are_not_expanded(body: str) -> None:
    assert [(fault.rule, items(cut(body))) for fault in cut(body).faults] == [("not_a_feed", [])]


def test_deep_elements_end_the_reading() -> None:
    found = cut("<events>" + "<event>" * 10_000)
    assert (found.records, [fault.rule for fault in found.faults]) == ([], ["missing_feed_end"])


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("<events/>", []),
        ("", ["empty_body"]),
        ("\0\0", ["empty_body"]),
        ("<html><title>Back soon</title></html>", ["not_a_feed"]),
        ('{"error": 1}', ["not_a_feed"]),
        ("<rss><event id='1'/></rss>", ["not_a_feed"]),
    ],
)
def test_an_honest_nothing_is_no_fault_and_another_body_is(body: str, rules: list[str]) -> None:
    assert (cut(body).records, [fault.rule for fault in cut(body).faults]) == ([], rules)


def test_encodings_are_as_declared() -> None:
    body = "<?xml version='1.0' encoding='ISO-8859-1'?><events><event><title>Café</title></event></events>"
    assert items(cut(body.encode("latin-1"))) == [{"title": "Café"}]
