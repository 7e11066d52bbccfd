"""Logs, metrics and traces. Imports redis, schemas and formats."""

import sys

# structlog imports rich, if it can, for tracebacks that newsmill does not print: 5 MB in each process.
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]
