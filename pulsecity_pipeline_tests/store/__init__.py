"""Tests of the store on real Delta tables and DuckDB files."""
