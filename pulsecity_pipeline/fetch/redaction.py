"""Redaction: what must never leave the client, taken out of addresses and of any text that quotes one."""

import re
from urllib.parse import quote, unquote

_REDACTED = "REDACTED"

#: Query parameters whose values are credentials, names folded to lower-case letters and digits.
_SECRET_NAME = re.compile(
    r"key|sig|auth|pass|passwd|pwd|pw|sid|session|sessionid|jwt|hmac|bearer|credentials?|appid|clientid|awsaccesskeyid|"
    r"x(amz|goog)credential|.*(token|secret|password|signature|apikey|accesskey|authkey|privatekey)"
)

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_NOT_A_PORT = re.compile(r"(?<=://)[^/?#\s:@\[\]]+:(?=[^/?#\s@]*[^/?#\s@\d])[^\s]*")
_FRAGMENT = re.compile(r"(://[^\s#'\"<>]*)#[^\s'\"<>]*")
_PARAMETER = re.compile(r"([?&;])([^?&;=#\s]+)=([^&;#\s'\"<>]*)((?:;[^&;=#\s'\"<>]*(?![^&;#\s'\"<>]))*)")
_PRIVATE_PATH = re.compile(r"/private-[A-Za-z0-9]+(?=/)")


def redact_url(url: str) -> str:
    """`url` (or any text that quotes one) without userinfo, fragment, credential parameters and secret path parts.

    Never raises; what is not a credential stays as written. Credentials of an address within a parameter go as well.
    """
    text = _NOT_A_PORT.sub(_REDACTED, _USERINFO.sub(f"{_REDACTED}@", url))
    text = _PRIVATE_PATH.sub(f"/private-{_REDACTED}", _FRAGMENT.sub(r"\1", text))
    return _PARAMETER.sub(_redact_parameter, text)


def _redact_parameter(match: re.Match[str]) -> str:
    mark, name, value, rest = match.groups()
    folded = re.sub(r"[^a-z0-9]", "", unquote(name).lower())
    if value and _SECRET_NAME.fullmatch(folded):
        value, rest = _REDACTED, ""
    elif "://" in (nested := unquote(value)) and (redacted := redact_url(nested)) != nested:
        value = quote(redacted, safe="")
    return f"{mark}{name}={value}{rest}"
