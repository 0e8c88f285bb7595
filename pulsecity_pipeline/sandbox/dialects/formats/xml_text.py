"""Writing XML by hand: elements, attributes and what XML may not hold."""

import html
import re
from typing import Final

_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def element(name: str, text: str | None, **attributes: str | None) -> str:
    """`<name a="b">text</name>`; nothing where there is no text. Attributes that are None are left out."""
    if text is None:
        return ""
    return f"<{name}{_write(attributes)}>{escape_xml(text)}</{name}>"


def empty_element(name: str, **attributes: str | None) -> str:
    """`<name a="b"/>`; nothing where no attribute has a value."""
    return f"<{name}{written}/>" if (written := _write(attributes)) else ""


def escape_xml(text: str) -> str:
    """Text as it may stand between tags."""
    return html.escape(_FORBIDDEN.sub("", text), quote=False)


def write_cdata(text: str) -> str:
    """Text as it is, in as many sections as it needs."""
    return f"<![CDATA[{_FORBIDDEN.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def as_paragraphs(text: str) -> str:
    """Plain text as HTML, a paragraph each."""
    inner = "</p>\n<p>".join(html.escape(part, quote=False).replace("\n", "<br>") for part in text.split("\n\n"))
    return f"<p>{inner}</p>"


def _write(attributes: dict[str, str | None]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("__", ":")}="{html.escape(_FORBIDDEN.sub("", value))}"'
        for name, value in attributes.items()
        if value is not None
    )
