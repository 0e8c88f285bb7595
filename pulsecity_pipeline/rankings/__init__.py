"""Rankings: which events matter, by an open formula; pure functions from frame to frame."""
