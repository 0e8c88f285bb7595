"""Failures: why an address gave no usable answer; raised inside the client, never out of it."""


class FetchFailureError(Exception):
    """No usable answer. `reason` is for people and carries no credential."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class TransientError(FetchFailureError):
    """May succeed when asked again, after `after_s` seconds where the server says so."""

    def __init__(self, reason: str, status: int | None = None, after_s: float | None = None) -> None:
        super().__init__(reason, status)
        self.after_s = after_s


class HostClosedError(FetchFailureError):
    """The host must not be asked again for the rest of the client's life."""
