"""The service: HTTP API, page, command line, client and processes. Imports workers and schemas."""
