"""Tests of the export of WordPress."""
