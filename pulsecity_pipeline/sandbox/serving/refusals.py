"""How each source refuses a request: the bodies of its errors for a missing or wrong key, and for too many requests."""

import json
from typing import Any, Final

from pulsecity_pipeline.sandbox.serving.protocol import SANDBOX_HOST_SUFFIX, Reply, Request

TEXT: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"

_TICKETMASTER: Final = {"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}
_EVENTBRITE: Final = {
    "status_code": 401,
    "error_description": "The OAuth token you provided was invalid.",
    "error": "INVALID_AUTH",
}
_FACEBOOK: Final = {
    "error": {
        "message": "Invalid OAuth access token - Cannot parse access token",
        "type": "OAuthException",
        "code": 190,
        "fbtrace_id": "AsandboxTrace0000000000",
    }
}
_SONGKICK: Final = {"resultsPage": {"status": "error", "error": {"message": "Invalid or missing apikey"}}}
_SOCRATA: Final = {"code": "permission_denied", "error": True, "message": "Invalid app_token specified"}
_GOOGLE: Final = {"error": {"code": 403, "message": "API key not valid.", "status": "PERMISSION_DENIED"}}
_YELP: Final = {"error": {"code": "TOKEN_INVALID", "description": "Invalid access token or authorization header."}}
#: Real host → status and body where the key is missing or wrong.
_REFUSALS: Final[dict[str, tuple[int, Any]]] = {
    "app.ticketmaster.com": (401, _TICKETMASTER),
    "www.eventbriteapi.com": (401, _EVENTBRITE),
    "graph.facebook.com": (401, _FACEBOOK),
    "api.songkick.com": (403, _SONGKICK),
    "api.seatgeek.com": (403, {"status": 403, "message": "You do not have permission to access this resource."}),
    "rest.bandsintown.com": (403, {"Message": "User is not authorized to access this resource with an explicit deny"}),
    "api.meetup.com": (401, {"errors": [{"code": "auth_fail", "message": "Invalid oauth credentials"}]}),
    "public-api.luma.com": (401, {"message": "Invalid API key.", "code": "unauthorized"}),
    "data.cityofnewyork.us": (403, _SOCRATA),
    "webapi.legistar.com": (403, {"Message": "Token is invalid."}),
    "places.googleapis.com": (403, _GOOGLE),
    "places-api.foursquare.com": (401, {"message": "Invalid request token."}),
    "api.yelp.com": (401, _YELP),
}


def refuse_key(request: Request) -> Reply:
    """The answer to a request whose key is missing or wrong, as its host words it."""
    status, body = _REFUSALS.get(request.host.removesuffix(f".{SANDBOX_HOST_SUFFIX}"), (401, {"error": "unauthorized"}))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Reply(json.dumps(body).encode(), JSON, status, headers)


def refuse_haste(wait_s: int) -> Reply:
    """429, and how many seconds to wait."""
    return Reply(b'{"error":"Too Many Requests"}', JSON, 429, {"Retry-After": str(wait_s)})


def not_found() -> Reply:
    """404: nobody is there."""
    return Reply(b"Not Found\n", TEXT, 404)


def server_error(status: int = 500) -> Reply:
    """500 or another error of the server's own."""
    return Reply(b"Internal Server Error\n" if status == 500 else b"Service Unavailable\n", TEXT, status)
