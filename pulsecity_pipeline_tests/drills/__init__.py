"""Drills: killed runs, writers beside readers, and broken disks, each on the real graph."""
