"""What every resource of the API shares: state, problems, the caller, the request log."""
