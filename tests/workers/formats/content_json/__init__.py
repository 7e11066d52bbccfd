"""Tests of JSON of content systems and news APIs."""
