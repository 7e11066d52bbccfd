"""Benchmarks of time and memory, as ratios of two measurements; run by `make bench`."""
