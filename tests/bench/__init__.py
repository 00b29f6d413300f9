"""Measurements as ratios against a baseline in the same run, on a PostgreSQL server of their own: `make bench`."""
