"""Tests of Markdown with front matter."""
