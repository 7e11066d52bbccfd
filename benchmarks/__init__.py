"""Times and memory, as ratios; run by `make bench`."""
