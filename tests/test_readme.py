"""What the documents tell people to type is there, and what they show is what comes out."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from werkzeug.routing import Map

from schemas.article import identify
from schemas.conversion import Conversion
from schemas.formats import FORMAT_IDS, load_options
from schemas.job import load_request
from schemas.settings import SETTINGS, load_settings
from service.app import create_app
from service.cli.main import cli
from service.cli.sources import parse_metadata, parse_options
from tests.documentation.blocks import name_of, shell_blocks
from tests.exports import joined, the_seed
from workers.formats.writers import get_writer

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MADE_FROM_THE_CODE = {f"reference/{name}.md" for name in ("http", "command", "settings", "problems")}
# Of the client and of the tests, not of the service.
NO_SETTINGS = {"NEWSMILL_SERVER", "NEWSMILL_API_KEY"}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The words of each command of a program: in the blocks for a shell, and in the text between backticks."""
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


def test_there_are_examples_to_be_looked_at() -> None:
    assert len(EVERY["newsmill"]) >= 10
    assert len(EVERY["make"]) >= 5
    assert len(EVERY["curl"]) >= 7


@pytest.mark.parametrize("words", EVERY["newsmill"])
def test_a_command_of_newsmill_is_one_that_it_takes(words: list[str]) -> None:
    context = click.Context(cli, info_name="newsmill")
    command = cli.get_command(context, words[1])
    assert command is not None, f"there is no newsmill {words[1]}"
    inner = click.Context(command, info_name=words[1], parent=context)
    given, _, _ = command.make_parser(inner).parse_args(words[2:])
    for format_id in given.get("formats") or ():
        assert format_id in (*FORMAT_IDS, "FORMAT")
    parse_metadata(given.get("settings") or ())
    parse_options(given.get("options") or ())


@pytest.mark.parametrize("words", EVERY["make"])
def test_a_target_of_make_is_in_the_makefile(words: list[str]) -> None:
    assert re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def routes() -> Map:
    return create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"})).url_map


@pytest.mark.parametrize("words", EVERY["curl"])
def test_a_request_by_curl_is_one_that_the_service_takes(words: list[str], routes: Map) -> None:
    options = [(words[at], words[at + 1]) for at in range(len(words) - 1) if words[at].startswith("-")]
    [address] = [word for word in words if word.startswith("http://")]
    posts = any(name in ("-d", "-F") for name, _ in options)
    method = next((value for name, value in options if name == "-X"), "POST" if posts else "GET")
    path = address.removeprefix("http://127.0.0.1:8080").replace("$JOB", "0" * 32)
    routes.bind("127.0.0.1").match(path, method)
    for name, value in options:
        if name == "-d":
            load_request(json.loads(value))
        elif name == "-F":
            part, _, content = value.partition("=")
            assert part in ("file", "request")
            if part == "request":
                load_request(json.loads(content), upload=True)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_setting_that_is_named_is_one(page: Path) -> None:
    named = set(re.findall(r"\bNEWSMILL_[A-Z0-9_]+\b", page.read_text()))
    assert named - {setting.variable for setting in SETTINGS} - NO_SETTINGS == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_link_to_another_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists() or target in MADE_FROM_THE_CODE, target


def test_every_dependency_has_its_reason() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=~!\[ ]", dependency)[0] for dependency in stated}
    table = README.read_text().partition("| dependency |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([\w, -]+) \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} == names


def shown(language: str) -> str:
    """The block of the README that shows an export, in this language."""
    [block] = re.findall(rf"^```{language}\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    return str(block)


def seed_in(format_id: str) -> dict[str, str]:
    """The files of the seed, converted when the README's example says that it was."""
    [at] = re.findall(r"<versionCreated>(.*?)</versionCreated>", shown("xml"))
    made = get_writer(format_id)(Conversion(at=at), load_options({}, (format_id,))[format_id])
    seed = the_seed()
    files = joined(made, replace(seed, id=identify(seed.body, seed.provider)))
    return {name: content.decode() for name, content in files.items()}


def test_the_news_item_that_is_shown_is_what_comes_out() -> None:
    made = seed_in("newsml-g2")["articles.newsml.xml"].partition("\n")[2]
    begun, _, rest = shown("xml").partition("          …")
    assert begun
    assert not rest.strip()
    assert made.startswith(begun)


def test_the_news_article_that_is_shown_is_what_comes_out() -> None:
    made = json.loads(seed_in("news-article")["articles.jsonld"])
    example = json.loads(shown("json"))
    body = example.pop("articleBody")
    assert body.endswith(" …")
    assert made.pop("articleBody").startswith(body.removesuffix(" …"))
    assert list(example) == list(made)
    assert example == made


def test_the_rows_that_are_shown_are_what_comes_out() -> None:
    made = seed_in("csv")["paragraphs.csv"].split("\r\n")
    for number, row in enumerate(shown("csv").splitlines()):
        begun, cut, _ = row.partition("…")
        assert made[number].startswith(begun) if cut else made[number] == row
