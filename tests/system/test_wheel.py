"""The wheel: its contents, and its use outside of the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.running import ROOT, clean_environ, start_service

LIBRARY = """
import newsmill, pathlib, sys
assert not newsmill.__file__.startswith(sys.argv[1]), newsmill.__file__
outcome = newsmill.convert("story.txt", to=["newsml-g2", "csv"], out="made", metadata={"language": "en"})
assert (outcome.done, outcome.failed) == (1, ()), outcome
[one] = newsmill.read("made/articles.newsml.xml")
assert (one.article.body, one.article.language, one.document) == ("A story.", "en", "articles.newsml.xml"), one
written = newsmill.write(one.article, to="news-article")
pathlib.Path("again.jsonld").write_bytes(written["articles.jsonld"])
assert not [fault for fault in newsmill.validate("again.jsonld") if fault.severity == "error"]
with newsmill.Client(sys.argv[2]) as client:
    job = client.wait(client.submit_seeds("*", formats=["csv"]).id)
    assert job.status == "succeeded", job
    client.download(job, pathlib.Path("downloaded"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the pinned build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that has the wheel.

    It needs no network: its dependencies are links to those of this environment, without what is ours there (the
    editable checkout, and the files that put it on the path).
    """
    environment, links = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("dependencies")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "newsmill" not in entry.name and entry.suffix != ".pth":
            (links / entry.name).symlink_to(entry)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{links}\n")
    return environment / "bin" / "newsmill"


def test_the_wheel_has_seeds_assets_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [path for folder in ("seeds", "service/web") for path in (ROOT / folder).rglob("*") if path.is_file()]
    expected = {str(path.relative_to(ROOT)) for path in shipped if path.suffix != ".pyc"}
    assert expected | {f"{package}/py.typed" for package in ("newsmill", "schemas", "workers", "service")} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {
        "newsmill",
        "schemas",
        "seeds",
        "service",
        "workers",
    }


def test_command_service_and_library_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("A story.")
    environ = clean_environ()
    export: list[str | Path] = [installed, "export", "story.txt", "--to", "news-article", "--out", "exported", "--json"]
    ran = subprocess.run(export, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["done"] == 1
    subprocess.run([installed, "validate", "exported/articles.jsonld"], cwd=tmp_path, env=environ, check=True)
    with start_service(tmp_path / "data", environ={}, cwd=tmp_path, newsmill=installed) as service:
        assert service.base
        with service.client() as client:
            body = {"source": {"text": "A text."}, "formats": ["csv"]}
            job = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=60"}).json()
            assert job["status"] == "succeeded", job
            assert "A text." in client.get(job["files"][0]["href"]).text
            assert client.get("/").status_code == 200
        library: list[str | Path] = [installed.with_name("python"), "-c", LIBRARY, str(ROOT), service.base]
        subprocess.run(library, cwd=tmp_path, env=environ, check=True)
        assert service.stop() == 0
