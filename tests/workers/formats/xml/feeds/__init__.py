"""Tests of the feeds: RSS and Atom."""
