"""Ids and fingerprints: prefix + 16 base32 characters of a hash, the same on every machine."""

import base64
import hashlib

import polars as pl


def hash_id(prefix: str, *parts: str) -> str:
    """`prefix_` + 16 base32 characters of the SHA-256 of the parts; the parts are kept apart by a unit separator."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{base64.b32encode(digest[:10]).decode().lower()}"


def hash_ids(prefix: str, frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """`hash_id` of the given text columns (nulls count as empty), one id a row."""
    rows = frame.select(pl.col(columns).cast(pl.String).fill_null("")).iter_rows()
    return pl.Series([hash_id(prefix, *row) for row in rows], dtype=pl.String)
