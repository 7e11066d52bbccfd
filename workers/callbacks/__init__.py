"""Callbacks: signed POSTs that report the end of a job."""
