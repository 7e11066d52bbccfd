"""Conversions in a child process: an article that kills or blocks the child is found and left out.

Imports schemas only.
"""
