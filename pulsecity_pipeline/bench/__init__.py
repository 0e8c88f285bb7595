"""Benchmarks: published figures, measured through the pipeline's own public functions; nothing else imports them."""
