"""The client, against the real service, directly or through a proxy that breaks connections."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from schemas.article import Article
from schemas.errors import StoreError
from schemas.jobs.job import Job
from schemas.jobs.record import JobEnd
from service.client.client import (
    AsyncClient,
    Client,
    Converted,
    DigestError,
    ServerRefusedError,
    ServerUnreachableError,
    Upload,
)
from service.client.download import name_in_folder
from service.client.sources import Source, Stated
from tests.receivers import answer, receiving
from tests.running import Service, start_job, until
from tests.service.asking import waiting_job
from tests.service.proxy import BUSY, Proxy, proxy_before

T = TypeVar("T")

TEXT = "A paragraph of the text.\n\n" * 8_000
FORMATS = ["csv", "newsml-g2"]


def document(text: str = TEXT) -> Upload:
    return Upload(name="a.txt", open=lambda: BytesIO(text.encode()))


@pytest.fixture(scope="module")
def job(service: Service) -> Job:
    with Client(service.base) as client:
        return client.wait(client.submit([document()], formats=FORMATS).id)


@pytest.fixture
def proxy(service: Service) -> Iterator[Proxy]:
    with proxy_before(service.base) as proxy:
        yield proxy


@pytest.fixture
def remote(service: Service) -> Iterator[Client]:
    with Client(service.base) as client:
        yield client


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_documents_are_uploaded_converted_and_downloaded(remote: Client, job: Job, tmp_path: Path) -> None:
    assert (job.status, job.done, job.failed, job.total) == ("succeeded", 1, 0, 1)
    told: dict[str, tuple[int, int]] = {}
    paths = remote.download(
        job, tmp_path / "out", progress=lambda name, there, size: told.update({name: (there, size)})
    )
    for path, file in zip(paths, job.files, strict=True):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        assert told[file.name] == (file.size, file.size)
    assert names(tmp_path / "out") == sorted(file.name for file in job.files)


def test_download_gives_one_file_or_a_zip(remote: Client, job: Job, tmp_path: Path) -> None:
    [path] = remote.download(job, tmp_path, names=["articles.csv"])
    assert names(tmp_path) == ["articles.csv"]
    whole = remote.download_zip(job, tmp_path)
    with zipfile.ZipFile(whole) as archive:
        assert archive.read("articles.csv") == path.read_bytes()
        assert archive.namelist() == [file.name for file in job.files]


def test_jobs_are_listed_over_all_pages(service: Service, remote: Client) -> None:
    jobs = service.jobs()
    made = [waiting_job(jobs).id for _ in range(102)]
    found = {job.id for job in remote.jobs(statuses=["queued"])}
    assert set(made) <= found
    assert not {job.id for job in remote.jobs(statuses=["canceled"])} & set(made)
    assert remote.cancel(made[0]).status == "canceled"
    with pytest.raises(ServerRefusedError, match="409"):
        remote.cancel(made[0])
    for job_id in made:
        remote.delete(job_id)
    with pytest.raises(ServerRefusedError, match="404"):
        remote.job(made[1])


def test_events_follow_a_job_to_its_end(service: Service, remote: Client, job: Job) -> None:
    jobs = service.jobs()
    waiting = waiting_job(jobs).id
    followed = remote.events(waiting)
    assert next(followed).status == "queued"
    start_job(jobs, waiting)
    assert next(followed).status == "running"
    jobs.finish(waiting, JobEnd(status="canceled"))
    assert [one.status for one in followed] == ["canceled"]
    assert [one.status for one in remote.events(job.id)] == ["succeeded"]


def test_broken_event_stream_is_resumed(service: Service, proxy: Proxy) -> None:
    jobs = service.jobs()
    waiting = waiting_job(jobs).id
    # In the middle of the second event: an answer to HEAD has the headers that a stream has, or more.
    with httpx.stream("GET", f"{service.base}/v1/jobs/{waiting}/events") as stream:
        first = next(stream.iter_bytes())
        head = sum(len(name) + len(value) + 4 for name, value in stream.headers.raw) + 30
    proxy.happens = [head + len(first) + 100]
    with Client(proxy.base) as client:
        followed = client.events(waiting)
        assert next(followed).status == "queued"
        start_job(jobs, waiting)
        assert next(followed).status == "running"
        jobs.finish(waiting, JobEnd(status="canceled"))
        assert [one.status for one in followed] == ["canceled"]
    assert b"last-event-id: queued-0-0-0" in b"".join(proxy.asked).lower()


@pytest.mark.parametrize("zipped", [False, True], ids=["files", "zip"])
def test_broken_download_is_resumed(proxy: Proxy, job: Job, tmp_path: Path, zipped: bool) -> None:
    proxy.happens = [50_000, 1_000, BUSY, 100_000, 70_000]
    with Client(proxy.base) as client:
        if zipped:
            client.download_zip(job, tmp_path)
        else:
            client.download(job, tmp_path)
    assert proxy.happens == []
    asked = b"".join(proxy.asked).lower()
    assert asked.count(b"\r\nrange: bytes=") >= 3
    assert asked.count(b"\r\nif-range: ") == asked.count(b"\r\nrange: bytes=")
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


def test_repeated_download_resumes_an_interrupted_one(proxy: Proxy, job: Job, tmp_path: Path) -> None:
    proxy.happens = [100_000]
    with Client(proxy.base, patience=0) as client, pytest.raises(ServerUnreachableError):
        client.download(job, tmp_path, names=["articles.csv"])
    [part] = tmp_path.iterdir()
    assert part.suffix == ".part"
    there = part.stat().st_size
    assert 0 < there <= 100_000
    proxy.asked.clear()
    with Client(proxy.base) as client:
        client.download(job, tmp_path, names=["articles.csv"])
        assert f"range: bytes={there}-".encode() in b"".join(proxy.asked).lower()
        proxy.asked.clear()
        client.download(job, tmp_path, names=["articles.csv"])
    assert proxy.asked == []  # it is there
    assert names(tmp_path) == ["articles.csv"]


def test_partial_download_of_another_file_is_detected(remote: Client, job: Job, tmp_path: Path) -> None:
    [file] = [file for file in job.files if file.name == "articles.csv"]
    part = tmp_path / f"articles.csv.{file.sha256[:16]}.part"
    part.write_bytes(b"x" * 1000)
    with pytest.raises(DigestError, match=r"articles\.csv: its SHA-256 is"):
        remote.download(job, tmp_path, names=["articles.csv"])
    assert names(tmp_path) == []
    remote.download(job, tmp_path, names=["articles.csv"])
    part.write_bytes(b"x" * (file.size + 1))
    (tmp_path / "articles.csv").write_bytes(b"another file of this name")
    with pytest.raises(DigestError, match="more than"):
        remote.download(job, tmp_path, names=["articles.csv"])
    remote.download(job, tmp_path, names=["articles.csv"])
    assert hashlib.sha256((tmp_path / "articles.csv").read_bytes()).hexdigest() == file.sha256


@pytest.mark.parametrize("happens", [[0], [BUSY, BUSY], [BUSY, 0]], ids=["its answer is lost", "busy", "both"])
def test_repeated_post_makes_one_job(
    service: Service, remote: Client, proxy: Proxy, happens: list[int | bytes]
) -> None:
    before = {job.id for job in remote.jobs()}
    proxy.happens = happens
    with Client(proxy.base) as client:
        made = client.submit([document("One.")], formats=["csv"])
    assert proxy.happens == []
    assert {job.id for job in remote.jobs()} - before == {made.id}


def test_same_idempotency_key_gives_the_same_job(remote: Client) -> None:
    made = [remote.submit_seeds("*", formats=["csv"], idempotency_key="same").id for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(ServerRefusedError, match="Idempotency-Key"):
        remote.submit_seeds("*", formats=["newsml-g2"], idempotency_key="same")


def test_unrepeatable_request_is_not_repeated(service: Service, remote: Client, proxy: Proxy) -> None:
    waiting = waiting_job(service.jobs()).id
    proxy.happens = [0]
    with Client(proxy.base) as client, pytest.raises(ServerUnreachableError):
        client.cancel(waiting)
    assert remote.job(waiting).status == "canceled"


def test_unreachable_server_is_not_retried() -> None:
    with Client("http://127.0.0.1:1", patience=3600) as client, pytest.raises(ServerUnreachableError):
        client.job("a")


def test_retries_end_when_patience_is_spent(proxy: Proxy) -> None:
    proxy.happens = [BUSY] * 50
    with Client(proxy.base, patience=0.5) as client, pytest.raises(ServerRefusedError, match="503"):
        client.job("a")
    assert proxy.happens


def test_api_key_is_sent(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy.happens = [BUSY.replace(b"503 Service Unavailable", b"401 Unauthorized")] * 2
    with Client(proxy.base, key="given") as client, pytest.raises(ServerRefusedError, match="401"):
        client.job("a")
    monkeypatch.setenv("NEWSMILL_API_KEY", "set")
    with Client(proxy.base) as client, pytest.raises(ServerRefusedError, match="401"):
        client.job("a")
    assert [b"Bearer given" in asked for asked in proxy.asked] == [True, False]
    assert b"Bearer set" in proxy.asked[1]


def test_failed_job_is_retried(remote: Client, job: Job) -> None:
    lines = Upload(name="a.ndjson", open=lambda: BytesIO(b'{"paragraphs": ["One."]}\n{}\n'))
    partial = remote.wait(remote.submit([lines], formats=["csv"]).id)
    again = remote.retry(partial.id)
    assert (again.id, again.done, again.files) == (partial.id, 0, ())
    ended = remote.wait(again.id)
    assert (ended.status, ended.done, ended.failed) == ("partial", 1, 1)
    with pytest.raises(ServerRefusedError) as refused:
        remote.retry(job.id)
    assert refused.value.status == 409


def test_link_downloads_its_file_without_a_key(remote: Client, service: Service, job: Job) -> None:
    [link] = remote.links(job.id, names=["articles.csv"], seconds=60)
    [file] = [file for file in job.files if file.name == link.name]
    assert hashlib.sha256(httpx.get(service.base + link.href).content).hexdigest() == file.sha256
    assert {one.name for one in remote.links(job.id)} >= {file.name for file in job.files}
    with pytest.raises(ServerRefusedError, match=r"articles\.cvs") as refused:
        remote.links(job.id, names=["articles.cvs"])
    assert refused.value.status == 422


@pytest.mark.parametrize("given", ["../../b", "/etc/b", "a\\b", "..\\b", "\x1b[2Jb/b", "b"])
def test_a_name_that_a_server_gives_stays_in_the_folder(given: str) -> None:
    assert name_in_folder(given) == "b"


@pytest.mark.parametrize("given", ["", "..", "a/..", "/", "\x00", " . "])
def test_a_name_that_can_name_no_file_is_refused(given: str) -> None:
    with pytest.raises(StoreError, match="cannot be the name of a file"):
        name_in_folder(given)


def test_one_call_converts_paths_texts_bytes_and_articles(remote: Client, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2):
        (tmp_path / "in" / f"{number}.txt").write_text(f"Text {number}.")
    sources: list[Source] = [
        tmp_path / "in",
        str(tmp_path / "in" / "0.txt"),
        Upload.of_text("A text of its own."),
        b'[{"paragraphs": ["Bytes."]}]',
        Article(paragraphs=("An article.",), headline="Rates"),
        {"paragraphs": ["An article in JSON."], "language": "de"},
        {"headline": 1},
    ]
    made = remote.convert(sources, to="articles-json", metadata={"language": "en"}, name="Mixed", tags=["test"])
    assert (made.job.status, made.job.name, made.succeeded) == ("partial", "Mixed", False)
    lines = [json.loads(line) for line in made.content["articles.ndjson"].splitlines()]
    texts = {line["paragraphs"][0]: line.get("language") for line in lines}
    assert texts == {
        **{f"Text {number}.": "en" for number in range(2)},
        "A text of its own.": "en",
        "Bytes.": "en",
        "An article.": "en",
        "An article in JSON.": "de",
    }
    assert [one["document"] for one in made.failed] == ["articles.ndjson"]
    assert made.job.duplicates == 1
    [path] = remote.convert(b"One.", to=["news-article"], out=tmp_path / "out").paths
    assert (path.parent, path.exists()) == (tmp_path / "out", True)


def test_every_call_takes_what_a_request_states(remote: Client) -> None:
    with receiving(answer(204)) as receiver:
        stated: Stated = {
            "metadata": {"language": "en"},
            "options": {"csv": {"profile": "excel"}},
            "on_error": "fail",
            "split": 2,
            "name": "All",
            "tags": ["a", "b"],
            "callback": receiver.url(),
            "callback_headers": {"X-Desk": "sport"},
        }
        for job in (remote.submit(b"One.", formats="csv", **stated), remote.submit_seeds("*", formats="csv", **stated)):
            assert (job.name, job.tags) == ("All", ("a", "b"))
            assert remote.wait(job.id).status == "succeeded"
        assert until(lambda: len(receiver.received) == 2)
    assert {one.headers["X-Desk"] for one in receiver.received} == {"sport"}


def test_nothing_to_convert_is_said_before_a_request(tmp_path: Path) -> None:
    with Client("http://127.0.0.1:1") as client:
        with pytest.raises(ValueError, match="nothing to convert"):
            client.submit([], formats=["csv"])
        with pytest.raises(ValueError, match="has no file"):
            client.submit(tmp_path, formats=["csv"])


def run_apart(use: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, use).result()


def test_async_client_does_the_same(service: Service, proxy: Proxy, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(TEXT)
    # The answer of the first download breaks off, and the second attempt resumes it.
    states: list[str] = []

    async def use() -> tuple[Converted, list[str]]:
        async with AsyncClient(proxy.base) as client:
            made = await client.convert(
                [story, Article(paragraphs=("A text.",))], to=FORMATS, progress=lambda job: states.append(job.status)
            )
            [followed] = [job async for job in client.events(made.job.id)]
            assert followed == await client.job(made.job.id)
            listed = [job.id async for job in client.jobs(statuses=["succeeded"])]
            proxy.happens = [20_000]
            paths = await client.download(made.job, tmp_path / "out")
            zipped = await client.download_zip(made.job, tmp_path / "out")
            assert {path.name: path.read_bytes() for path in paths} == made.content
            assert zipfile.ZipFile(zipped).namelist() == [file.name for file in made.job.files]
            assert [one async for one in client.errors(made.job.id)] == []
            assert len([one async for one in client.ledger(made.job.id)]) > 0
            with pytest.raises(ServerRefusedError, match="409"):
                await client.cancel(made.job.id)
            await client.delete(made.job.id)
            return made, listed

    made, listed = run_apart(use())
    assert (made.succeeded, made.job.done) == (True, 2)
    assert made.job.id in listed
    assert states[-1] == "succeeded"


def test_async_client_leaves_a_stream_at_once(service: Service) -> None:
    jobs = service.jobs()
    waiting = waiting_job(jobs).id

    async def use() -> None:
        async with AsyncClient(service.base) as client:
            follows = client.events(waiting)
            assert (await anext(follows)).status == "queued"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(follows), 0.2)
            assert (await client.cancel(waiting)).status == "canceled"

    run_apart(use())
