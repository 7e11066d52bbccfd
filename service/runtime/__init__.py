"""The processes of the service: the process tree, the HTTP server, the embedded broker, health."""
