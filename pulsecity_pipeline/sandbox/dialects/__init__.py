"""How a source answers: one module a source, listings in, an answer in its own shape out."""
