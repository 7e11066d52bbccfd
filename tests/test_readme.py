"""Commands, settings, links and examples of the documentation match the code."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from werkzeug.routing import Map

from schemas.article import identify
from schemas.conversion import Conversion
from schemas.jobs.request import load_request
from schemas.settings import SETTINGS, load_settings
from service.app import create_app
from service.cli.arguments import parse_metadata, parse_options
from service.cli.main import cli
from tests.documentation.blocks import name_of, shell_blocks
from tests.exports import joined, the_seed
from workers.formats import FORMATS

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
DEPENDENCIES = ROOT / "docs" / "dependencies.md"
FORMATS_PAGE = ROOT / "docs" / "formats.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
GENERATED = {
    ROOT / "docs" / f"{name}.md"
    for name in ("reference/http", "reference/command", "reference/settings", "reference/problems", "speed")
}
# Variables of the client, and a setting that is gone: the change log names it.
NO_SETTINGS = {"NEWSMILL_SERVER", "NEWSMILL_API_KEY", "NEWSMILL_NEWSML_XSD"}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """Yield the words of each command of a program, from shell blocks and from text between backticks."""
    for block in shell_blocks(page):
        for match in re.finditer(
            rf"^(?:[A-Z_]+=\$\()?(?:\.venv/bin/)?{program} (?:'[^']*'|\"[^\"]*\"|\\\n|[^\n'\"|>;)])*",
            block.text,
            re.MULTILINE,
        ):
            words = match[0].partition("$(")[2] if "=$(" in match[0][:40] else match[0]
            yield shlex.split(words.replace("\\\n", " "), comments=True)
    for match in re.finditer(rf"(?<!`)`{program} ([^`\n]+)`", page.read_text()):
        yield [program, *shlex.split(match[1])]


EVERY = {
    program: [
        pytest.param(words, id=f"{name_of(page)}: {' '.join(words)[:70]}")
        for page in PAGES
        for words in commands(page, program)
    ]
    for program in ("newsmill", "make", "curl")
}


def test_pages_have_examples_of_commands() -> None:
    assert len(EVERY["newsmill"]) >= 10
    assert len(EVERY["make"]) >= 5
    assert len(EVERY["curl"]) >= 7


@pytest.mark.parametrize("words", EVERY["newsmill"])
def test_newsmill_command_parses(words: list[str]) -> None:
    context = click.Context(cli, info_name="newsmill")
    if words[1:] == ["--version"]:
        return
    command = cli.get_command(context, words[1])
    assert command is not None, f"newsmill has no command {words[1]}"
    inner = click.Context(command, info_name=words[1], parent=context)
    given, _, _ = command.make_parser(inner).parse_args(words[2:])
    for format_id in given.get("formats") or ():
        assert format_id in (*FORMATS.writable.ids, "FORMAT")
    parse_metadata(given.get("settings") or ())
    parse_options(given.get("options") or ())


@pytest.mark.parametrize("words", EVERY["make"])
def test_make_target_is_in_the_makefile(words: list[str]) -> None:
    assert re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def routes() -> Map:
    return create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"})).url_map


@pytest.mark.parametrize("words", EVERY["curl"])
def test_curl_request_has_a_route_and_a_valid_body(words: list[str], routes: Map) -> None:
    options = [(words[at], words[at + 1]) for at in range(len(words) - 1) if words[at].startswith("-")]
    [address] = [word for word in words if word.startswith("http://")]
    posts = any(name in ("-d", "-F", "--data-binary") for name, _ in options)
    method = next((value for name, value in options if name == "-X"), "POST" if posts else "GET")
    path = address.removeprefix("http://127.0.0.1:8080").replace("$JOB", "0" * 32)
    routes.bind("127.0.0.1").match(path.partition("?")[0], method)
    for name, value in options:
        if name == "-d":
            load_request(json.loads(value), FORMATS)
        elif name == "-F":
            part, _, content = value.partition("=")
            assert part in ("file", "request")
            if part == "request":
                load_request(json.loads(content), FORMATS, upload=True)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_setting_named_in_a_page_is_declared(page: Path) -> None:
    named = set(re.findall(r"\bNEWSMILL_[A-Z0-9_]+\b", page.read_text()))
    assert named - {setting.variable for setting in SETTINGS} - NO_SETTINGS == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_link_to_another_page_has_a_target(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        path = (page.parent / target).resolve()
        assert path.exists() or path in GENERATED, target


def test_dependencies_each_have_a_reason() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=~!\[ ]", dependency)[0] for dependency in stated}
    table = DEPENDENCIES.read_text().partition("| dependency |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([\w-]+) \| [^|]+ \| [^|]+ \| [^|]+ \| [\d.]+ \|$", table, re.MULTILINE)
    assert set(rows) == names


def shown(language: str, page: Path = FORMATS_PAGE) -> str:
    """Return the block of a page that shows an export in this language."""
    [block] = re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    return str(block)


def test_the_readme_shows_what_its_command_prints(tmp_path: Path) -> None:
    [block] = [block.text for block in shell_blocks(README) if "json.tool" in block.text]
    example = json.loads(shown("json", README))
    command = block.partition("\n")[2].replace(".venv/bin/newsmill", f"{sys.executable} -m service.cli")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=tmp_path,
        env=os.environ | {"NEWSMILL_CLOCK": f"{example['sdDatePublished']}T12:00:00Z", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == shown("json", README), run.stderr


def seed_in(format_id: str) -> dict[str, str]:
    """Return the files of the seed, converted when the example of docs/formats.md says that it was."""
    [at] = re.findall(r"<versionCreated>(.*?)</versionCreated>", shown("xml"))
    made = FORMATS.writer(format_id)(Conversion(at=at), FORMATS.load_options({}, (format_id,))[format_id])
    seed = the_seed()
    files = joined(made, replace(seed, id=identify(seed)))
    return {name: content.decode() for name, content in files.items()}


def test_news_item_in_the_docs_is_what_the_writer_makes() -> None:
    made = seed_in("newsml-g2")["articles.newsml.xml"].partition("\n")[2]
    begun, _, rest = shown("xml").partition("          …")
    assert begun
    assert not rest.strip()
    assert made.startswith(begun)


def test_news_article_in_the_docs_is_what_the_writer_makes() -> None:
    made = json.loads(seed_in("news-article")["articles.jsonld"])
    example = json.loads(shown("json"))
    body = example.pop("articleBody")
    assert body.endswith(" …")
    assert made.pop("articleBody").startswith(body.removesuffix(" …"))
    assert list(example) == list(made)
    assert example == made


def test_csv_rows_in_the_docs_are_what_the_writer_makes() -> None:
    made = seed_in("csv")["paragraphs.csv"].split("\r\n")
    for number, row in enumerate(shown("csv").splitlines()):
        begun, cut, _ = row.partition("…")
        assert made[number].startswith(begun) if cut else made[number] == row


def test_first_page_of_the_docs_has_the_formats_of_the_readme() -> None:
    here, there = (
        re.search(r"^\| format \| read .*?\n\n", page.read_text(), re.MULTILINE | re.DOTALL)
        for page in (README, ROOT / "docs" / "index.md")
    )
    assert here
    assert there
    assert here[0] == there[0]
