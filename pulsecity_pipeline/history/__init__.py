"""History: what changed between two nights, in events, in feeds and in every table of a publish."""
