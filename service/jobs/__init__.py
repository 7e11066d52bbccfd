"""From a request to a queued job, and notifications of its changes. Imports core, auth, workers and schemas."""
