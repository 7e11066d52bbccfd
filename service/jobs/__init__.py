"""Submission of requests as queued jobs, and notifications of job changes. Imports core, auth, workers and schemas."""
