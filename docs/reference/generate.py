"""The reference pages, made from the code when the documentation is built: nothing in them is written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from schemas.settings import SETTINGS, load_settings
from service.app import create_app
from service.cli import cli
from service.problems import KINDS

_EXIT_CODES = (
    "Exit codes: 0 all done; 1 some articles failed, and each is named; 2 wrong usage; "
    "3 the server could not be reached."
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages (a hook of MkDocs)."""
    pages = {"settings": settings_page, "command": command_page, "problems": problems_page, "http": http_page}
    for name, page in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def settings_page() -> str:
    """Every setting."""
    rows = (f"| `{one.variable}` | {_code(one.default)} | {one.description} |" for one in SETTINGS)
    return "\n".join(
        [
            "# Settings",
            "",
            "Settings are environment variables, checked at start: a wrong one stops the start with its name and what "
            "was expected. `newsmill settings` prints them with their values and where each comes from.",
            "",
            "| variable | default | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def command_page() -> str:
    """Every command, as its help has it."""
    made = ["# Command line", "", _EXIT_CODES, ""]
    top = click.Context(cli, info_name="newsmill")
    for path, command, context in _commands(cli, top, "newsmill"):
        made += [f"## {path}", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(made)


def _commands(
    group: click.Group, context: click.Context, path: str
) -> Iterator[tuple[str, click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100)
        if isinstance(command, click.Group):
            yield from _commands(command, inner, f"{path} {name}")
        else:
            yield f"{path} {name}", command, inner


def problems_page() -> str:
    """Every kind of problem."""
    made = [
        "# Problems",
        "",
        "Errors are problem details (RFC 9457): `type` is the path below, and does not change.",
        "",
    ]
    for name, kind in sorted(KINDS.items()):
        made += [f"## {name}", "", f"`/problems/{name}`, status {kind.status}: {kind.title}.", "", kind.advice, ""]
    return "\n".join(made)


def http_page() -> str:
    """Every request and its answers, from the OpenAPI document."""
    document = openapi()
    made = [
        "# HTTP API",
        "",
        "Made from the service's own OpenAPI document, `GET /openapi.json`, which `/docs` shows for browsing and "
        "trying.",
        "",
    ]
    for path, operations in document["paths"].items():
        for method in ("get", "head", "post", "put", "delete"):
            if method in operations:
                shared = operations.get("parameters", [])
                made += _operation(method.upper(), path, operations[method], shared, document)
    return "\n".join(made)


def openapi() -> Mapping[str, Any]:
    """The OpenAPI document of the service."""
    # Nothing is connected until it is asked for.
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://127.0.0.1:1/0"}))
    answer = app.test_client().get("/openapi.json")
    document = answer.get_json()
    if not isinstance(document, dict):
        raise TypeError("there is no OpenAPI document")
    return document


def _operation(
    method: str, path: str, operation: Mapping[str, Any], shared: list[Any], document: Mapping[str, Any]
) -> list[str]:
    made = [f"## {method} {path}", "", f"**{operation.get('summary', '')}.** {operation.get('description', '')}", ""]
    parameters = [_resolved(one, document) for one in [*shared, *operation.get("parameters", [])]]
    if parameters:
        made += ["| parameter | in | what it is |", "|---|---|---|"]
        made += [f"| `{one['name']}` | {one['in']} | {_cell(one.get('description', ''))} |" for one in parameters]
        made.append("")
    body = _resolved(operation.get("requestBody", {}), document).get("content", {})
    if body:
        made += [f"Body: {', '.join(f'`{media}`' for media in body)}.", ""]
    made += ["| answer | what it says | headers |", "|---|---|---|"]
    for status, given in sorted(operation["responses"].items()):
        answer = _resolved(given, document)
        headers = ", ".join(f"`{name}`" for name in answer.get("headers", {}))
        made.append(f"| {status} | {_cell(answer.get('description', ''))} | {headers} |")
    made.append("")
    return made


def _resolved(value: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = value.get("$ref")
    if not reference:
        return value
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(found, document)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    # The folder of the seeds is where newsmill is installed.
    return f"`{text}`" if text and not Path(text).is_absolute() else "–"
