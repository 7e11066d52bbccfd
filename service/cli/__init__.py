"""The command `newsmill`. Imports runtime, client, core, workers and schemas."""
