"""The few SVG elements the charts are made of, as text.

By hand and not with altair: its first chart in a process costs about one second, and every city's run is a process.
"""

from collections.abc import Iterable
from html import escape

WIDTH = 640


def drawing(height: int, elements: Iterable[str]) -> str:
    """A whole SVG, 640 units wide; text takes the colour of its surroundings, in light and dark pages alike."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="11" fill="currentColor">{"".join(elements)}</svg>'
    )


def bar(x: float, y: float, width: float, height: float, colour: str, tip: str) -> str:
    """A rectangle that says `tip` when pointed at."""
    box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect {box} fill="{colour}"><title>{escape(tip)}</title></rect>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin grey line."""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#888"/>'


def text(x: float, y: float, content: str, anchor: str = "start") -> str:
    """One line of text, anchored at its start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'
