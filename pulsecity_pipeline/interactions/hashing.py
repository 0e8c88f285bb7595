"""Hashing: a user id becomes a keyed hash at the door, and with it everything whose plain hash would give it away."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pulsecity_pipeline.config.errors import ConfigurationError

VARIABLE = "PULSECITY_USER_KEY"
SHORTEST = 16


@dataclass(frozen=True)
class UserKey:
    """The secret that makes the hashes of one installation its own."""

    value: bytes = field(repr=False)

    def hash(self, prefix: str, content: bytes) -> str:
        """`prefix_` + 16 base32 characters of the HMAC-SHA256."""
        digest = hmac.digest(self.value, content, "sha256")
        return f"{prefix}_{base64.b32encode(digest[:10]).decode().lower()}"

    def hash_users(self, user_ids: pl.Series) -> pl.Series:
        """`usr_…` of each user id; each distinct one is hashed once."""
        distinct = user_ids.unique()
        hashed = pl.Series([self.hash("usr", user_id.encode()) for user_id in distinct], dtype=pl.String)
        return user_ids.replace_strict(distinct, hashed, return_dtype=pl.String)


def require_user_key(environment: Mapping[str, str]) -> UserKey:
    """The key that the environment holds. Raises ConfigurationError where it is missing or short."""
    value = environment.get(VARIABLE, "")
    if len(value) < SHORTEST:
        state = f"is shorter than {SHORTEST} characters" if value else "is not set"
        raise ConfigurationError(
            f"environment: {VARIABLE} {state}: expected a secret that stays the same, by which user ids are hashed"
        )
    return UserKey(value.encode())
