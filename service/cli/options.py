"""The options that several commands have, and the JSON that `--json` prints."""

from __future__ import annotations

from typing import Any

import click
import orjson

server_option = click.option(
    "--server",
    default="http://127.0.0.1:8080",
    envvar="NEWSMILL_SERVER",
    show_default=True,
    show_envvar=True,
    help="The server's address. Its key, where it asks for one, is read from NEWSMILL_API_KEY.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one document of JSON, for programs.")
out_option = click.option("--out", default=".", metavar="DIR", help="The folder for the files. [default: this one]")


def print_json(value: Any) -> None:
    """One document of JSON on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
