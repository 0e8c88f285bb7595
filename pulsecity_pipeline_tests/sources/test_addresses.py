"""Addresses of further pages, and when there are none."""

from typing import Any

import pytest

from pulsecity_pipeline.sources.addresses import drop_tracking, following_page, with_query


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/e", "https://a.example/e?page=2"),
        ("https://a.example/e?page=1&x=1:2,3&x=4", "https://a.example/e?page=2&x=1:2,3&x=4"),
        ("https://a.example/e?empty=&q=a%20b", "https://a.example/e?empty=&q=a+b&page=2"),
    ],
)
def test_a_parameter_is_set_once_and_the_others_stay(url: str, expected: str) -> None:
    assert with_query(url, page=2) == expected


@pytest.mark.parametrize(
    ("told", "following"),
    [
        ({"at": 1, "size": 50, "total": 101}, 2),
        ({"at": 2, "size": 50, "total": 101}, 3),
        ({"at": 3, "size": 50, "total": 101}, None),
        ({"at": 2, "size": 50, "total": 100}, None),
        ({"at": "1", "size": "50", "total": "101"}, 2),
        ({"at": 1, "size": 0, "total": 100}, None),
        ({"at": 1, "size": 50}, None),
        ({}, None),
        ([], None),
    ],
)
def test_the_following_page(told: Any, following: int | None) -> None:
    assert following_page(told, page="at", size="size", total="total") == following


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/e?utm_source=1&x=2&utm_medium=y", "https://a.example/e?x=2"),
        ("https://a.example/e?utm_source=1#top", "https://a.example/e#top"),
        ("https://a.example/e?x=a%20b", "https://a.example/e?x=a%20b"),
    ],
)
def test_only_what_tracks_is_dropped(url: str, expected: str) -> None:
    assert drop_tracking(url) == expected
