"""Large requests and results of jobs in a store: a real folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schemas.errors import StoreError
from schemas.jobs.job import JobWarning
from schemas.jobs.record import JobDocument, JobRecord, JobSpec, ResultPlace, StoredFile
from schemas.settings import load_settings
from workers.jobs.contents import LOST, REQUEST, RESULT, JobContents, place_of, result_content
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore

ID = "0" * 32
SMALL = JobSpec(
    documents=(JobDocument(key="jobs/a/input-0", name="a.txt", reader="text", size=3),),
    formats=("csv",),
    options={"csv": {"profile": "excel"}},
    metadata={"language": "en"},
    at="2024-11-08T16:30:00Z",
    name="a.txt",
    callback="https://example.com/",
)
LARGE = replace(SMALL, metadata={"headline": "x" * 10_000}, documents=SMALL.documents * 100)
FILE = StoredFile(name="articles.csv", format="csv", media_type="text/csv", size=3, sha256="00", articles=1, start=0)
WARNING = JobWarning(type="x", detail="x", articles=1)


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    return JobFolder(LocalStore(tmp_path), ID)


@pytest.fixture
def contents(folder: JobFolder) -> JobContents:
    return JobContents(folder.store, load_settings({}))


def a_job(spec: JobSpec, place: ResultPlace | None = None) -> JobRecord:
    return JobRecord(id=ID, status="succeeded", created=spec.at, spec=spec, result=place)


def store(folder: JobFolder, spec: JobSpec, files: int = 1) -> ResultPlace:
    content = result_content(spec, (FILE,) * files, (WARNING,))
    with folder.create(RESULT) as stream:
        stream.write(b"before" + content)
    return place_of(content, start=len("before"))


def test_a_small_request_is_not_stored(contents: JobContents, folder: JobFolder) -> None:
    assert contents.keep_request(ID, SMALL) == SMALL
    assert list(folder.store.names_under("jobs")) == []


def test_a_large_request_is_stored_and_read_again(contents: JobContents, folder: JobFolder) -> None:
    kept = contents.keep_request(ID, LARGE)
    assert (kept.documents, kept.options, kept.metadata) == ((), {}, {})
    assert (kept.formats, kept.callback, kept.name) == (LARGE.formats, LARGE.callback, LARGE.name)
    with folder.open(REQUEST) as stream:
        assert len(stream.read()) == kept.stored > 10_000
    for _ in range(2):
        assert contents.whole(a_job(kept)).spec == LARGE


def test_a_result_has_the_request_the_files_and_the_warnings(contents: JobContents, folder: JobFolder) -> None:
    shown = JobSpec(formats=SMALL.formats)
    whole = contents.whole(a_job(shown, store(folder, SMALL)))
    assert (whole.spec, whole.files, whole.warnings) == (SMALL, (FILE,), (WARNING,))
    folder.delete()  # it is remembered
    assert contents.whole(whole).files == (FILE,)


def test_the_result_of_a_large_request_leads_to_it(contents: JobContents, folder: JobFolder) -> None:
    kept = contents.keep_request(ID, LARGE)
    assert contents.whole(a_job(JobSpec(), store(folder, kept))).spec == LARGE


@pytest.mark.parametrize("change", ["removed", "replaced", "cut"])
def test_a_lost_result_is_named(contents: JobContents, folder: JobFolder, change: str) -> None:
    place = store(folder, SMALL)
    if change == "removed":
        folder.delete()
    elif change == "replaced":
        store(folder, SMALL, files=2)
    else:
        place = replace(place, size=place.size - 1)
    whole = contents.whole(a_job(SMALL, place))
    assert (whole.files, whole.warnings) == ((), (LOST,))


def test_a_damaged_request_is_an_error(contents: JobContents, folder: JobFolder) -> None:
    kept = contents.keep_request(ID, LARGE)
    with folder.create(REQUEST) as stream:
        stream.write(b"{")
    with pytest.raises(StoreError, match="damaged"):
        contents.whole(a_job(kept))


def test_results_of_many_files_are_forgotten_first(contents: JobContents, folder: JobFolder) -> None:
    place = store(folder, SMALL, files=15_000)
    assert len(contents.whole(a_job(SMALL, place)).files) == 15_000
    assert contents.whole(a_job(SMALL, store(folder, SMALL, files=6_000))).files
    assert contents.whole(a_job(SMALL, place)).warnings == (LOST,)
