"""Conformance: what every source must do under every fault, over real HTTP."""
