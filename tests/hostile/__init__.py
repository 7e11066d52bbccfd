"""Malicious input: large, deep, slow, ambiguous or mislabelled documents."""
