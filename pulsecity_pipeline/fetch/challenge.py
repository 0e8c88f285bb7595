"""Challenges: the marks of a page that asks for a browser or a human instead of giving what was asked for."""

import re

import httpx

#: Challenge pages are small; behind them, real pages may carry the same scripts.
CHALLENGE_MAX_BYTES = 65_536

_CHALLENGE_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": ""}

_TITLES = re.compile(
    r"<title[^>]*>\s*(Just a moment\.\.\.|Attention Required! \| Cloudflare|Pardon Our Interruption\W*|DDoS-Guard|"
    r"Are you a robot\?|Human Verification|Verify you are human|Robot or human\?|Checking your browser[^<]*)"
    r"\s*</title>",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"_cf_chl_opt|cf-browser-verification|cf-challenge-running|geo\.captcha-delivery\.com|ct\.captcha-delivery\.com|"
    r"id=[\"']px-captcha|<iframe[^>]+_Incapsula_Resource|AwsWafIntegration\.checkForceRefresh|/distil_r_captcha",
    re.IGNORECASE,
)


def is_challenge(headers: httpx.Headers, start: bytes) -> bool:
    """True where headers or an HTML body (its first bytes in `start`) ask for a proof of being human.

    Marks: Cloudflare, AWS WAF, DataDome, PerimeterX, Imperva and DDoS-Guard, each by what only their interstitial has.
    """
    if any(name in headers and value in headers[name].lower() for name, value in _CHALLENGE_HEADERS.items()):
        return True
    if "html" not in headers.get("content-type", "").lower() or len(start) >= CHALLENGE_MAX_BYTES:
        return False
    page = start.decode("utf-8", "replace")
    return bool(_TITLES.search(page) or _MARKS.search(page))
