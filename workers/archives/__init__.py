"""Zip, tar, gzip and Zstandard as streams, in and out. Imports schemas only."""
