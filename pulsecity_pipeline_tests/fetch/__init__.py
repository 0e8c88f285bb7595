"""Tests of the fetch client, over real HTTP on loopback, and of the replay of saved pages."""
