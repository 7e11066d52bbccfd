"""Make the reference pages from the code when the documentation is built (hooks of MkDocs)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from http_api import http_page
from measured import results, speed_page, with_results
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from schemas.problems import PROBLEM_TYPES
from schemas.settings import SETTINGS, load_settings
from service.app import create_app
from service.cli.main import cli
from workers.formats import FORMATS

_STATIC = Path(__file__).resolve().parents[2] / "service" / "web" / "static"
_MARK = _STATIC / "favicon.svg"
_FONTS = _STATIC / "fonts"
_TYPEFACES = re.compile(r"@font-face \{[^}]*\}\n")
_EXIT_CODES = (
    "Exit codes: 0 all done; 1 some articles failed, each named; 2 wrong usage; 3 the server could not be reached."
)
_SERVER = (
    "Commands that call a server take its address from `--server` or `NEWSMILL_SERVER`, and its key from "
    "`NEWSMILL_API_KEY`. `newsmill completion` prints the completion script of a shell."
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages (a hook of MkDocs)."""
    pages = {
        "settings": settings_page(),
        "command": command_page(),
        "problems": problems_page(),
        "rules": rules_page(),
        "http": http_page(openapi()),
    }
    for name, page in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page))
    files.append(File.generated(config, "speed.md", content=speed_page()))
    for result in results():
        files.append(File.generated(config, f"results/{result.name}", abs_src_path=str(result)))
    for font in sorted(_FONTS.glob("*.woff2")):
        files.append(File.generated(config, f"fonts/{font.name}", abs_src_path=str(font)))
    typefaces = "".join(_TYPEFACES.findall((_STATIC / "tokens.css").read_text()))
    files.append(File.generated(config, "fonts.css", content=typefaces))
    files.append(File.generated(config, _MARK.name, abs_src_path=str(_MARK)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point links to benchmark results at the copies on the site (a hook of MkDocs)."""
    return with_results(markdown)


def settings_page() -> str:
    """Return the page of the settings."""
    rows = (f"| `{one.variable}` | {_code(one.default)} | {one.description} |" for one in SETTINGS)
    return "\n".join(
        [
            "# Settings",
            "",
            "After this page you can configure newsmill. Settings are environment variables, checked at start: a wrong "
            "value stops the start, and the message names the variable and what was expected. `newsmill settings` "
            "prints each setting with its value and source.",
            "",
            "| variable | default | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def command_page() -> str:
    """Return the page of the commands, from their help."""
    made = ["# Command line", "", _EXIT_CODES, "", _SERVER, ""]
    top = click.Context(cli, info_name="newsmill", **cli.context_settings)
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
    """Return the page of the problems."""
    responses = openapi()["paths"]["/v1/jobs"]["post"]["responses"]
    example = responses["422"]["content"]["application/problem+json"]["examples"]["invalid-request"]["value"]
    made = [
        "# Problems",
        "",
        "After this page you can handle every error of the API. Errors are problem details (RFC 9457). `type` is the "
        "path below, after NEWSMILL_BASE_PATH if it is set; its last part is stable. `errors` names each fault by a "
        "JSON Pointer into the body, or by the name of a parameter.",
        "",
        "```json",
        json.dumps(example, indent=2, ensure_ascii=False),
        "```",
        "",
        "| kind | status | title |",
        "|---|---|---|",
        *(f"| [`{name}`](#{name}) | {kind.status} | {kind.title} |" for name, kind in sorted(PROBLEM_TYPES.items())),
        "",
    ]
    for name, kind in sorted(PROBLEM_TYPES.items()):
        headers = "".join(f", with `{header}`" for header in sorted(kind.headers))
        made += [
            f"## {name}",
            "",
            f"`/problems/{name}`, status {kind.status}{headers}: {kind.title}.",
            "",
            kind.advice,
            "",
        ]
    return "\n".join(made)


def rules_page() -> str:
    """Return the page of the rules that `newsmill validate` checks."""
    made = [
        "# Rules",
        "",
        "After this page you can look up each rule that `newsmill validate` reports. An error breaks a standard, and "
        "makes the exit status 1. Advice names good practice. A rule of errors may report advice where a checker "
        "cannot know whether the rule is broken.",
        "",
    ]
    for format_ in FORMATS.checkable:
        rows = [f"| `{rule.id}` | {rule.severity} | {rule.sentence} | {rule.reference} |" for rule in format_.rules]
        made += [f"## {format_.name}", "", "| rule | severity | what it demands | reference |", "|---|---|---|---|"]
        made += [*rows, ""]
    return "\n".join(made)


def openapi() -> Mapping[str, Any]:
    """Return the OpenAPI document of the service."""
    # The application connects to Redis at the first request that needs it.
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://127.0.0.1:1/0"}))
    answer = app.test_client().get("/openapi.json")
    document = answer.get_json()
    if not isinstance(document, dict):
        raise TypeError("/openapi.json is not an object")
    return document


def _code(text: str) -> str:
    # An absolute default depends on where newsmill is installed.
    return f"`{text}`" if text and not Path(text).is_absolute() else "–"
