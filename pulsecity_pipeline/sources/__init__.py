"""Sources: one module each with `fetch`, `split` and `read`; formats shared by many live in `formats`."""
