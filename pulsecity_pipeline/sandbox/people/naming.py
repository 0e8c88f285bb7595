"""Names of what people do: keys written as hexadecimal text, a million a second."""

import numpy as np
import polars as pl

from pulsecity_pipeline.sandbox.chance import Keys


def write_ids(keys: Keys, prefix: str = "") -> pl.Series:
    """16 hexadecimal characters a key, after `prefix`."""
    text = keys.astype(">u8").tobytes().hex().encode()
    ids = pl.Series(np.frombuffer(text, dtype="S16").astype("U16"), dtype=pl.String)
    return prefix + ids if prefix else ids
