"""A conversion by several processes makes the files of one, and leaves no others."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import pytest

from schemas.conversion import Defaults
from schemas.errors import StoreError
from schemas.settings import load_settings
from tests import killing_worker
from tests.exports import CONVERSION, SEED
from tests.running import until
from workers.chunked import engine
from workers.chunked import split as cutting
from workers.chunked.local_pool import LocalDocument, _interrupts_in, convert_many
from workers.chunked.merge import make_files
from workers.formats import FORMATS
from workers.isolation.quarantine import KILLED, overdue
from workers.pipeline.pipe import NOT_READ, OnError, Outcome, convert
from workers.storage.local_store import LocalStore

ROOT = Path(__file__).resolve().parents[3]
TWO = ("newsml-g2", "csv")
"""The formats where it does not matter which."""

CHUNK = 400
"""The articles of a chunk here. Three chunks are more than a row group of Parquet."""


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "CHUNK_ARTICLES", CHUNK)
        yield


def line(number: int, **more: Any) -> str:
    """An article, as a line."""
    return json.dumps({"id": f"tag:example.com,2024:{number}", "paragraphs": [f"Story {number}."], **more}) + "\n"


def three_documents(folder: Path) -> list[LocalDocument]:
    """Three chunks of NDJSON, with a bad value, a bad line and repeats in the last one, and two texts."""
    lines = [line(number) for number in range(1_050)]
    lines[850] = line(850, published="yesterday")
    lines[900] = line(900, paragraphs=[])
    lines[950] = line(7)
    lines[1_000] = line(8, headline="Another")
    (folder / "archive.ndjson").write_text("".join(lines))
    (folder / "seed.txt").write_bytes(SEED.read_bytes())
    (folder / "short.txt").write_text("A short one.")
    return [LocalDocument(name=name, path=folder / name) for name in ("archive.ndjson", "seed.txt", "short.txt")]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[LocalDocument]:
    return three_documents(tmp_path_factory.mktemp("documents"))


class Made(NamedTuple):
    """What was made of the documents: the outcome, every file, and the progress that was told."""

    outcome: Outcome
    files: dict[str, bytes]
    told: list[tuple[int, int, int, int | None]]


@pytest.fixture(scope="module")
def alone(documents: list[LocalDocument], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What one process makes."""
    out = tmp_path_factory.mktemp("alone")
    return Made(run_alone(documents, out), content(out), [])


@pytest.fixture(scope="module")
def together(documents: list[LocalDocument], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What two processes make."""
    out, told = tmp_path_factory.mktemp("together"), []
    outcome = run(documents, out, progress=lambda *counts: told.append(counts))
    return Made(outcome, content(out), told)


def run(
    documents: list[LocalDocument],
    out: Path,
    *,
    formats: tuple[str, ...] = FORMATS.writable.ids,
    split: int | None = None,
    on_error: OnError = "skip",
    settings: dict[str, str] | None = None,
    **more: Any,
) -> Outcome:
    """What two processes make of documents."""
    return convert_many(
        documents,
        formats=formats,
        options={},
        conversion=CONVERSION,
        defaults=Defaults(),
        out=out,
        settings=load_settings(settings or {}),
        processes=2,
        split=split,
        on_error=on_error,
        **more,
    )


def run_alone(documents: list[LocalDocument], out: Path, split: int | None = None) -> Outcome:
    """What the pipe makes of them in a loop."""

    def read() -> Iterator[Any]:
        for document in documents:
            content = document.path.read_bytes()
            yield None, Defaults().document(document.name, partial(io.BytesIO, content))

    options = FORMATS.load_options({}, FORMATS.writable.ids)
    return convert(read(), options=options, conversion=CONVERSION, sink=LocalStore(out), split=split)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_several_processes_make_what_one_makes_byte_for_byte(alone: Made, together: Made) -> None:
    assert together.files == alone.files != {}
    assert together.outcome == alone.outcome
    assert (together.outcome.done, together.outcome.duplicates) == (1_049, 1)


def test_several_processes_make_the_split_files_of_one(documents: list[LocalDocument], tmp_path: Path) -> None:
    alone = run_alone(documents, tmp_path / "alone", CHUNK)
    together = run(documents, tmp_path / "together", split=CHUNK)
    assert content(tmp_path / "together") == content(tmp_path / "alone") != {}
    assert together == alone


def test_a_file_for_each_article_in_a_zip(documents: list[LocalDocument], tmp_path: Path) -> None:
    run(documents[1:], tmp_path / "out", split=1)
    assert sorted(content(tmp_path / "out")) == sorted(f"{format_id}.zip" for format_id in FORMATS.writable.ids)
    with zipfile.ZipFile(tmp_path / "out" / "news-article.zip") as archive:
        assert len(archive.namelist()) == 2


def test_bad_and_conflicting_articles_are_named_with_places(together: Made) -> None:
    assert [(one.document, one.place) for one in together.outcome.failed] == [
        ("archive.ndjson", "line 901"),
        ("archive.ndjson", "line 1001"),
    ]


def test_on_error_fail_makes_no_file(documents: list[LocalDocument], tmp_path: Path) -> None:
    outcome = run(documents, tmp_path / "out", formats=TWO, on_error="fail")
    assert (outcome.done, outcome.files, len(outcome.failed)) == (0, (), 1)
    assert content(tmp_path / "out") == {}


def test_deadly_and_stuck_articles_alone_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "prepare", killing_worker.prepare_formats)
    lines = [line(number) for number in range(1_050)]
    for number, text in (
        (300, killing_worker.TO_READ),
        (700, killing_worker.TO_WRITE),
        (1_000, killing_worker.STUCK),
    ):
        lines[number] = line(number, paragraphs=[text])
    (tmp_path / "archive.ndjson").write_text("".join(lines))
    archive = [LocalDocument(name="archive.ndjson", path=tmp_path / "archive.ndjson")]
    outcome = run(archive, tmp_path / "out", formats=TWO, settings={"NEWSMILL_ARTICLE_TIME": "1s"})
    assert [(one.place, one.kind, one.reason) for one in outcome.failed] == [
        ("article 301", "lost", f"{KILLED}. {NOT_READ}"),
        ("article 701", "lost", KILLED),
        ("article 1001", "lost", overdue(1)),
    ]
    assert outcome.done == 1_047
    csv = (tmp_path / "out" / "articles.csv").read_text()
    assert [csv.count(f'"tag:example.com,2024:{number}"') for number in (299, 300, 301, 700, 1_000)] == [1, 0, 1, 0, 0]


def test_archive_is_unpacked(documents: list[LocalDocument], alone: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for document in documents:
            archive.write(document.path, document.name)
    packed = [LocalDocument(name="archive.zip", path=tmp_path / "archive.zip")]
    assert run(packed, tmp_path / "packed").done == 1_049
    assert content(tmp_path / "packed") == alone.files


def test_a_document_of_no_known_kind_is_one_that_failed(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x00\x01\x02")
    outcome = run([LocalDocument(name="a.bin", path=tmp_path / "a.bin")], tmp_path / "out")
    assert [one.document for one in outcome.failed] == ["a.bin"]
    assert content(tmp_path / "out") == {}


def test_a_document_that_is_gone_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.txt: No such file"):
        run([LocalDocument(name="gone.txt", path=tmp_path / "gone.txt")], tmp_path / "out")
    assert content(tmp_path / "out") == {}


def test_progress_ends_with_all_that_there_is(together: Made) -> None:
    assert together.told[-1] == (1_049, 2, 1, 1_052)
    assert [done for done, *_ in together.told[:-1]] == sorted(done for done, *_ in together.told[:-1])


def test_the_inputs_are_not_copied(documents: list[LocalDocument], tmp_path: Path, monkeypatch: Any) -> None:
    seen: set[str] = set()

    def look(*arguments: Any) -> Any:
        seen.update(path.rpartition("/")[2] for path in content(tmp_path / "out") if "/chunks/" in path)
        return make_files(*arguments)

    monkeypatch.setattr(engine, "make_files", look)
    run(documents[:1], tmp_path / "out", formats=TWO)
    assert seen == set()


def test_ctrl_c_ends_every_process_and_leaves_nothing(tmp_path: Path) -> None:
    archive, out = tmp_path / "archive.ndjson", tmp_path / "out"
    archive.write_text("".join(line(number) for number in range(200_000)))
    command = [sys.executable, "-m", "service.cli", "export", str(archive), "--to", "csv", "--jobs", "2"]
    process = subprocess.Popen(
        [*command, "--out", str(out)], cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    assert until(lambda: process.poll() is not None or [*out.glob(".newsmill-*/jobs/export/parts/*.keys")])
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert content(out) == {}
    assert list(out.iterdir()) == []
    # The resource tracker of multiprocessing ends a moment later.
    assert until(lambda: not _lives(process.pid))


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_after_the_last_chunk_is_not_lost() -> None:
    ended: SimpleQueue[Any] = SimpleQueue()
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), _interrupts_in(ended):
            signal.raise_signal(signal.SIGINT)
        assert ended.get_nowait() is None
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
