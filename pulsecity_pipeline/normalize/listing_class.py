"""What a listing is, if not an event: closing notice, placeholder, parking, gift card or test, by title patterns."""

import polars as pl

_HOUSE = (
    r"(?:offices?|librar(?:y|ies)|branch(?:es)?|schools?|college|university|campus|church|building|museum|gallery|stores?|"
    r"shop|pool|rink|lodge|cent(?:er|re)|hall|facilit(?:y|ies)|clubhouse|parks?|market|taproom|brewery|restaurant|cafe|"
    r"studio|theat(?:er|re)|garden|farm|winery|bar|pub|arena|gym|town|city|county|district)"
)
_AFTER = (
    r"(?:\W*$|\s*[-–—:;,.()/!]"
    r"|\s+(?:for|due|on|in observance|today|tomorrow|all day|until|early|this|from|at|through)\b)"
)
_GIFT = r"gift (?:cards?|certificates?|vouchers?)"
_BLANK = (
    r"tb[acd]|busy|(?:on )?hold|placeholder|untitled(?: event)?|no title|reserved|blocked|private(?: event)?|new event"
)

#: First match wins; titles are matched in lower case.
CLASS_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "closed_notice",
        rf"^\W*closed{_AFTER}|\b{_HOUSE}\s+(?:is |are |will be )?closed{_AFTER}"
        r"|^[\w.&'’]+(?: [\w.&'’]+)? (?:is |are )closed\W*$|[-–—:(]\s*closed\W*$"
        r"|^\W*(?:holiday|office|library|school|building|campus) closures?\b|^\W*no (?:school|classes)\b",
    ),
    ("placeholder", rf"^\W*(?:{_BLANK})\W*$|^\W*hold\s*[-–—:]|\b(?:out of (?:the )?office|ooo)\W*$"),
    (
        "parking",
        r"^\W*(?:\w+ )?parking\s*(?:[:\-–—]|pass(?:es)?\b|permits?\b|only\b)|\bparking (?:pass(?:es)?|permits?)\W*$"
        r"|[-–—:]\s*(?:vip |premium |premier |event )?parking\W*$",
    ),
    ("gift_card", rf"^\W*(?:e-?)?{_GIFT}(?:\W*$|\s*[-–—:])|[-–—:]\s*{_GIFT}\W*$"),
    (
        "test",
        r"^\W*test(?:ing)?\W*\d*\W*$|^\W*test[- ](?:event|entry|listing|calendar|post|item)\b"
        r"|^\W*\[test\]|\(test\)\W*$",
    ),
)


def classify_titles(titles: pl.Expr) -> pl.Expr:
    """The listing class of clean titles: `event` unless a pattern says otherwise."""
    lower = titles.str.to_lowercase()
    return pl.coalesce(
        *(pl.when(lower.str.contains(pattern)).then(pl.lit(name)) for name, pattern in CLASS_PATTERNS), pl.lit("event")
    )
