"""From a request to a queued job, and waiting for its end."""
