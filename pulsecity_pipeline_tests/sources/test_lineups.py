"""Names out of line-ups as text: who plays together, asides, headings, and what is no line-up at all."""

import pytest

from pulsecity_pipeline.sources.formats.lineups import name_act, split_lineup


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A, B\nC • D", ["A", "B", "C", "D"]),
        ("Ada b2b Bo B2B Cy vs. Dee f2f Eve", ["Ada", "Bo", "Cy", "Dee", "Eve"]),
        ("Kit 𝘣2𝘣 Moss", ["Kit", "Moss"]),
        ("Ada, b2b Bo", ["Ada", "Bo"]),
        ("B2Bee, Robvs", ["B2Bee", "Robvs"]),
        ("Sun & Moon, Rain x Wind, One + Two", ["Sun & Moon", "Rain x Wind", "One + Two"]),
        ("Ada (live), Bo [Label, Town], Cy (DJ-Set), Dee (2), Eve *live*, Fay LIVE", ["Ada", "Bo", "Cy", "Dee", "Eve", "Fay"]),
        ("Ada (DE)", ["Ada (DE)"]),
        ('<artist id="5">Ada</artist> b2b <artist id="6">Bo</artist>', ["Ada", "Bo"]),
        ("Room One:\nAda\nRoom Two:\nBo\nAda", ["Ada", "Bo"]),
        ("Ada, TBA, more tbd, & more, and many more..., secret guest, , (label)", ["Ada"]),
        ("Sign up now to claim your spot for tonight", []),
        ("x" * 51, []),
        ("", []),
    ],
)  # fmt: skip
def test_names(text: str, names: list[str]) -> None:
    assert split_lineup(text) == names


def test_a_linked_name_loses_its_number() -> None:
    assert name_act("Maté (2)\xa0") == "Maté"
    assert name_act("Live Wire") == "Live Wire"
