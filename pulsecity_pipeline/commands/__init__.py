"""The command line's verbs, one module per kind; each has `register(app)`."""
