"""The fetch policy: how often, how long and how much the client may ask of a host."""

from functools import cache
from pathlib import Path

from pydantic import Field

from pulsecity_pipeline.config.loading import Strict, load_yaml, packaged


class FetchPolicy(Strict):
    """Limits of the polite client; `_s` are seconds, `_bytes` bytes."""

    #: Name in the User-Agent and in robots.txt groups.
    product: str = Field(default="Pulsecity", pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    #: Where a site's owner reaches whoever runs this (URL or mail address); hosts outside the sandbox need it.
    contact: str | None = Field(default=None, pattern=r"^[!-~]*[@/][!-~]*$")
    requests_per_second: float = Field(default=1.0, gt=0)
    #: Host → its own requests per second.
    host_requests_per_second: dict[str, float] = Field(default_factory=dict)
    sandbox_requests_per_second: float = Field(default=1000.0, gt=0)
    #: A robots.txt that asks for a longer Crawl-delay is taken as a refusal.
    max_crawl_delay_s: float = Field(default=60.0, ge=0)
    connect_timeout_s: float = Field(default=10.0, gt=0)
    #: Longest silence while reading.
    read_timeout_s: float = Field(default=20.0, gt=0)
    #: Longest exchange, from connecting to the last byte of the body; waiting for the budget is not part of it.
    total_timeout_s: float = Field(default=90.0, gt=0)
    #: How often one address is asked at most, the first time included.
    attempts: int = Field(default=3, ge=1, le=10)
    retry_wait_initial_s: float = Field(default=1.0, ge=0)
    retry_wait_max_s: float = Field(default=20.0, ge=0)
    retry_jitter_s: float = Field(default=1.0, ge=0)
    #: A longer Retry-After is not waited for.
    max_retry_after_s: float = Field(default=120.0, ge=0)
    max_redirects: int = Field(default=5, ge=0, le=20)
    #: Largest body, after decompression.
    max_body_bytes: int = Field(default=20_000_000, gt=0)
    #: Hosts that may lie in a private or loopback network.
    allowed_private_hosts: frozenset[str] = frozenset()

    @property
    def user_agent(self) -> str:
        """Product and contact, as sent with every request."""
        return f"{self.product} (+{self.contact})" if self.contact else self.product

    def interval_s(self, host: str, *, is_sandbox: bool) -> float:
        """Seconds between the starts of two requests to `host`."""
        if is_sandbox:
            return 1 / self.sandbox_requests_per_second
        return 1 / self.host_requests_per_second.get(host, self.requests_per_second)


@cache
def load_fetch_policy(path: Path | None = None) -> FetchPolicy:
    """The policy in `path`, or in the packaged fetch.yaml. Raises ConfigurationError."""
    return load_yaml(path or packaged("fetch.yaml"), FetchPolicy)
