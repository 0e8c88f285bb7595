from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from pulsecity_pipeline.sandbox.dialects.formats.xml_text import as_paragraphs, element, empty_element, write_cdata

_PIECES = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(["]]>", "<a>", "&amp;", '"'])
_TEXTS = st.lists(_PIECES, max_size=20).map("".join)


@given(text=_TEXTS, value=_TEXTS)
@settings(max_examples=100, deadline=None)
def test_texts_and_attributes_read_back(text: str, value: str) -> None:
    kept = {part: part.replace("\ufffe", "").replace("\uffff", "") for part in (text, value)}
    read = ElementTree.fromstring(element("a", text, b=value))
    assert (read.text or "", read.get("b")) == (kept[text], kept[value])
    assert (ElementTree.fromstring(f"<a>{write_cdata(text)}</a>").text or "") == kept[text]


def test_what_is_not_stated_is_not_written() -> None:
    assert (element("a", None), empty_element("a", b=None)) == ("", "")
    assert element("a", "", b=None) == "<a></a>"
    assert element("a", "x\x0by\x00") == "<a>xy</a>"


def test_paragraphs() -> None:
    assert as_paragraphs("one < two\nlines\n\nthree") == "<p>one &lt; two<br>lines</p>\n<p>three</p>"
