"""What happens to articles after a job is accepted."""
