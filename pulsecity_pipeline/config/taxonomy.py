"""The taxonomy: categories, subcategories and the words that tell them, from taxonomy.yaml."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, field_validator, model_validator

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged

#: The category of what no word tells.
OTHER = "other"
_SLUG = r"^[a-z]+(_[a-z]+)*$"


class Term(NamedTuple):
    """One keyword and what it tells; weak ones count only where nothing else is told."""

    keyword: str
    category: str
    subcategory: str | None
    is_weak: bool


class Subcategory(Strict):
    """Second level."""

    slug: str = Field(pattern=_SLUG)
    keywords: list[str] = Field(min_length=1)
    weak: list[str] = Field(default_factory=list)


class Category(Strict):
    """First level; its own keywords leave the subcategory open."""

    slug: str = Field(pattern=_SLUG)
    keywords: list[str] = Field(default_factory=list)
    subcategories: list[Subcategory] = Field(min_length=1)

    @field_validator("slug")
    @classmethod
    def _is_not_other(cls, slug: str) -> str:
        if slug == OTHER:
            raise ValueError("`other` is what no category tells; expected another slug")
        return slug

    def terms(self) -> Iterator[Term]:
        for keyword in self.keywords:
            yield Term(keyword, self.slug, None, False)
        for sub in self.subcategories:
            for keyword in sub.keywords:
                yield Term(keyword, self.slug, sub.slug, False)
            for keyword in sub.weak:
                yield Term(keyword, self.slug, sub.slug, True)


class Taxonomy(Strict):
    """All categories, in order."""

    categories: list[Category]

    @model_validator(mode="after")
    def _words_are_told_apart(self) -> "Taxonomy":
        slugs = Counter([*self.slugs(), *(sub for category in self.categories for sub in self.subslugs(category.slug))])
        _refuse_repeats("slug", slugs)
        terms = self.terms()
        bad = [term.keyword for term in terms if not _is_folded(term.keyword)]
        if bad:
            raise ValueError(f"keyword {bad[0]!r}: expected lower-case words without accents or punctuation")
        _refuse_repeats("keyword", Counter(term.keyword for term in terms))
        return self

    def slugs(self) -> list[str]:
        return [category.slug for category in self.categories]

    def subslugs(self, slug: str) -> list[str]:
        """Subcategories of a category."""
        return [sub.slug for category in self.categories if category.slug == slug for sub in category.subcategories]

    def terms(self) -> list[Term]:
        """Every keyword, in file order."""
        return [term for category in self.categories for term in category.terms()]


def _is_folded(keyword: str) -> bool:
    return keyword == " ".join(keyword.split()).lower() and keyword.replace(" ", "").isalnum() and keyword.isascii()


def _refuse_repeats(what: str, counts: Counter[str]) -> None:
    repeated = sorted(value for value, count in counts.items() if count > 1)
    if repeated:
        raise ValueError(f"{what} repeated: {', '.join(repeated)}")


@cache
def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """The taxonomy. Raises ConfigurationError naming file, field and expectation."""
    return load_yaml(path or packaged("taxonomy.yaml"), Taxonomy)
