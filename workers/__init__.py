"""The work on a job after the API accepts it. Imports schemas only; never service."""
