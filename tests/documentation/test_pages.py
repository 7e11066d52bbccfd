"""Run every command of the documentation against the real service."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml
from standardwebhooks import Webhook

from schemas.settings import SETTINGS, load_settings
from service.app import create_app
from tests.documentation.blocks import DOCS, PAGES, RUN_ELSEWHERE, SHELLS, Block, blocks, name_of, shell_blocks
from tests.documentation.excerpts import ADD_A_FORMAT, with_excerpts
from tests.documentation.following import ADDRESS, NOT_RUN, NOT_RUN_LINES, follow, free_port, is_followed
from tests.receivers import answer, receiving
from tests.running import ROOT, Service, until
from tests.s3_server import S3Server
from tests.system.test_compose_profiles import COMPOSED
from tests.system.test_kubernetes import built

S3_ACCESS = ROOT / "workers" / "storage" / "s3_access.py"
INGEST = "https://www.example.com/newsmill"
FOLLOWED = [page for page in PAGES if is_followed(page)]
every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def test_pages_with_commands_are_found() -> None:
    names = {name_of(page) for page in FOLLOWED}
    assert {
        "README.md",
        "tutorial.md",
        "how-to/corpus.md",
        "how-to/excel.md",
        "how-to/jobs.md",
        "how-to/s3.md",
        "security.md",
    } <= names


@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
def test_commands_of_a_page_succeed_in_order(
    page: Path, service: Service, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    addresses = {"127.0.0.1:9000": f"127.0.0.1:{free_port()}"}
    if "NEWSMILL_STORE=s3://" in "".join(block.text for block in shell_blocks(page) if block.title == RUN_ELSEWHERE):
        s3: S3Server = request.getfixturevalue("s3")
        addresses["http://127.0.0.1:8333"] = s3.endpoint
    with receiving(answer(204)) as receiver:
        follow(page, service, tmp_path, addresses | {INGEST: receiver.url("/newsmill")})
        if INGEST in "".join(block.text for block in shell_blocks(page)):
            assert until(lambda: receiver.received)


@every_page
def test_commands_stand_in_blocks_that_are_run(page: Path) -> None:
    for block in blocks(page):
        left = [line for line in block.commands() if re.sub(r" +#.*", "", line) not in NOT_RUN_LINES]
        assert block.language == "sh" or not left, (
            f"line {block.line} of {page}: put the command into a block ```sh, which is run"
        )
        assert block.language == "sh" or block.language not in SHELLS, (
            f"line {block.line} of {page}: name the language ```sh"
        )
        titles = {"", RUN_ELSEWHERE, *NOT_RUN}
        assert block.language != "sh" or block.title in titles, f"line {block.line} of {page}: an unknown title"


@every_page
def test_code_blocks_have_fences(page: Path) -> None:
    indented = [block for block in blocks(page) if not block.language]
    assert [block.line for block in indented if {*block.commands()} - {*NOT_RUN_LINES}] == []


def test_command_outside_a_run_block_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for text in (
        "Do this:\n\n    newsmill list\n",
        "```\nNEWSMILL_PORT=1 make serve\n```\n",
        "- so:\n\n  ```text\n  $ curl -s http://localhost\n  ```\n",
        "```bash\ndocker compose up\n```\n",
    ):
        page.write_text(text)
        with pytest.raises(AssertionError, match="which is run"):
            test_commands_stand_in_blocks_that_are_run(page)


def test_excerpts_of_the_code_match_it() -> None:
    page = ADD_A_FORMAT.read_text()
    assert page == with_excerpts(page), "write them anew: python -m tests.documentation.excerpts"


def not_run(title: str) -> list[Any]:
    """Return the words of each command in the blocks with this title, of all pages."""
    return [
        pytest.param(shlex.split(command), id=f"{name_of(page)}: {command[:60]}")
        for page in PAGES
        for block in shell_blocks(page)
        if block.title == title
        for command in one_a_line(block)
    ]


def one_a_line(block: Block) -> list[str]:
    return block.text.replace("\\\n", " ").strip().splitlines()


def in_the_text() -> list[Any]:
    """Return the words of each command for Docker between backticks."""
    return [
        pytest.param(shlex.split(command), id=f"{name_of(page)}: {command[:60]}")
        for page in PAGES
        for command in re.findall(r"(?<!`)`((?:[A-Z_]+=\S+ )*docker [^`\n]+ [^`\n]+)`", page.read_text())
    ]


@pytest.mark.parametrize("words", [*not_run("with Docker"), *in_the_text()])
def test_docker_command_names_parts_of_the_composition(words: list[str]) -> None:
    given = [word.partition("=") for word in takewhile(lambda word: re.match("[A-Z_]+=", word), words)]
    words = words[len(given) :]
    assert words[:2] in (["docker", "compose"], ["docker", "build"], ["docker", "run"])
    text = (ROOT / "docker-compose.yml").read_text()
    for name, _, value in given:
        assert re.search(rf"^    {name}:|\${{{name}:?-", text, re.MULTILINE), name
        if name == "NEWSMILL_STORE":
            assert value.startswith("s3://")
    for flag, value in pairwise(words):
        if flag == "--profile":
            assert any(value in service.get("profiles", []) for service in COMPOSED["services"].values()), value
        elif flag == "--scale":
            assert value.partition("=")[0] in COMPOSED["services"]
        elif flag in ("-e", "--env"):
            assert value.partition("=")[0] in {setting.variable for setting in SETTINGS}


@pytest.mark.parametrize("words", not_run("on Kubernetes"))
def test_kubectl_command_uses_secrets_and_manifests(words: list[str]) -> None:
    if words[1:3] == ["apply", "--kustomize"]:
        resources = built(ROOT / words[3])
        assert {"Deployment", "Service"} <= {one["kind"] for one in resources}
        said = sent("kustomize", str(ROOT / words[3]))
        assert sorted(key(one) for one in said) == sorted(key(one) for one in resources)
        return
    assert words[1:4] == ["create", "secret", "generic"]
    [secret] = sent(*words[1:], "--dry-run=client", "--output=yaml")
    wanted = "".join(path.read_text() for path in (ROOT / "deploy" / "kubernetes").rglob("*.yaml"))
    assert secret["kind"] == "Secret"
    assert re.search(rf"(secretRef|secretKeyRef|secretTargetRef)[\s\S]*name: {words[4]}\b", wanted), words[4]
    known = {setting.variable for setting in SETTINGS} | set(re.findall(r"AWS_\w+", S3_ACCESS.read_text()))
    for name in secret["data"]:
        assert name in known or f"key: {name}" in wanted, name


@pytest.mark.parametrize("page", [page for page in PAGES if "kubectl apply" in page.read_text()], ids=name_of)
def test_secrets_that_the_manifests_need_are_created_before(page: Path) -> None:
    made: set[str] = set()
    for block in shell_blocks(page):
        for words in map(shlex.split, one_a_line(block)):
            if words[:4] == ["kubectl", "create", "secret", "generic"]:
                made.add(words[4])
            elif words[:3] == ["kubectl", "apply", "--kustomize"]:
                folder = ROOT / words[3]
                manifests = "".join(path.read_text() for path in folder.rglob("*.yaml"))
                needed = set(
                    re.findall(r"(?:secretRef|secretKeyRef|secretTargetRef):?\s+(?:- .*\s+)*name: (\S+)", manifests)
                )
                assert needed, folder
                assert needed <= made, f"{name_of(page)}: {words[3]} needs {sorted(needed - made)}"


def sent(*words: str) -> list[dict[str, Any]]:
    """Return what kubectl would send to a cluster."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed: see https://kubernetes.io/docs/tasks/tools")
    ran = subprocess.run(["kubectl", *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [one for one in yaml.safe_load_all(ran.stdout) if one]


def key(resource: dict[str, Any]) -> tuple[str, str]:
    return resource["kind"], resource["metadata"]["name"]


@pytest.mark.parametrize("words", not_run("from the package index"))
def test_installed_extra_is_declared(words: list[str]) -> None:
    assert words[:2] == [".venv/bin/pip", "install"]
    [extra] = re.findall(r"^\.\[(\w+)\]$", words[2])
    assert re.search(rf"^{extra} = \[", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)


def programs(page: str) -> list[str]:
    """Return the Python programs of a page."""
    return [block.text for block in blocks(DOCS / page) if block.language == "python"]


def test_client_program_of_the_docs_runs(service: Service, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("date 2024-11-08 The bank kept its rate.\n")
    said = []
    for source in programs("reference/client.md"):
        words = [sys.executable, "-c", source.replace(ADDRESS, service.base)]
        ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout)
    assert said[0].startswith("succeeded ")
    assert "out/articles.newsml.xml\n" in said[1]


def test_callback_receiver_of_the_docs_runs(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    scope: dict[str, Any] = {}
    exec(programs("callbacks.md")[0].replace("whsec_…", secret), scope)
    body = '{"type": "job.succeeded", "data": {"id": "9f86"}}'
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body),
    }
    assert scope["receive"](headers, body.encode()) == 204
    assert capsys.readouterr().out == "job.succeeded 9f86\n"
    assert scope["receive"](headers, b"{}") == 401


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_site_builds_and_loads_no_foreign_asset(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="needs MkDocs: make docs installs it")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        loaded = re.findall(
            r'<(?:script|img|iframe|link rel="stylesheet")[^>]*(?:src|href)="(https?:[^"]*)"', page.read_text()
        )
        assert loaded == [], page


def rows_of(name: str) -> list[list[str]]:
    """Return the rows of a table of docs/compare.md."""
    table = (DOCS / "compare.md").read_text().partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.strip().splitlines()[2:]]


def test_claims_of_the_comparison_each_have_a_test() -> None:
    claimed = [row[0] for row in rows_of("features")]
    assert len(claimed) > 20
    assert [row[0] for row in rows_of("tests")] == claimed


def test_names_of_the_tests_behind_claims_exist() -> None:
    named = {row[1].strip("`") for row in rows_of("tests")}
    defined = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert named - defined == set(), "these tests were renamed or removed; update the second table of docs/compare.md"


@pytest.fixture(scope="module")
def http_api() -> str:
    """Return the page of the HTTP API as the documentation build makes it."""
    here = str(DOCS / "reference")
    sys.path.insert(0, here)
    try:
        generate = importlib.import_module("generate")
        page: str = generate.http_page(generate.openapi())
        return page
    finally:
        sys.path.remove(here)


def test_http_reference_covers_the_openapi_document(http_api: str) -> None:
    document = (
        create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://127.0.0.1:1/0"})).test_client().get("/openapi.json")
    )
    described = document.get_json()
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, found in described["paths"].items()
        for method, operation in found.items()
        if method != "parameters"
    ]
    assert len(operations) > 15
    for request, operation in operations:
        section = section_of(http_api, f"`{request}`{{ .request }}")
        for parameter in operation.get("parameters", []):
            assert f"| `{parameter['name']}`" in section
        for said in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for media_type, content in said.get("content", {}).items():
                if media_type == "application/problem+json":
                    for kind in content["examples"]:
                        assert http_api.count(f"(problems.md#{kind})") >= 1, kind
                    continue
                assert f"`{media_type}`" in section
                for name in content.get("examples", {}):
                    assert f'??? example "{name}"' in section
                named = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                for field in described["components"]["schemas"].get(named, {}).get("properties", {}):
                    assert f"| `{field}`" in http_api, f"{named}.{field}"


def test_links_within_the_http_reference_have_a_heading(http_api: str) -> None:
    there = set(re.findall(r"\{ #([\w-]+) \}", http_api))
    assert set(re.findall(r"\]\(#([\w-]+)\)", http_api)) - there == set()


def section_of(page: str, line: str) -> str:
    """Return the text below a line, up to the next heading."""
    return re.split(r"^##", page.partition(line)[2], maxsplit=1, flags=re.MULTILINE)[0]
