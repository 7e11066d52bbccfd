"""Submission: from a request to a queued job. Stores the input, and writes the record with its first step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from shutil import copyfileobj
from typing import Any, BinaryIO, Final

import orjson
from flask import Request

from schemas.article.json_form import article_fields
from schemas.article.values import shorten
from schemas.conversion import Document
from schemas.errors import (
    ArticleError,
    BrokerError,
    Fault,
    InputError,
    NewsmillError,
    QueueFullError,
    RequestError,
)
from schemas.file_names import file_stem
from schemas.formats import Evidence, Head
from schemas.jobs.record import JobDocument, JobRecord, JobSpec
from schemas.jobs.request import LONGEST_NAME, ExportRequest, count_values, load_request
from schemas.nearest import Suggestions
from service.core.caller import caller
from service.core.request_log import request_id, trace_context
from service.core.state import State
from service.jobs.uploads import number_of_articles, receive
from workers.callbacks.addresses import check_callback
from workers.formats import FORMATS
from workers.formats.articles_json.reader import read_article
from workers.formats.detection import HEAD
from workers.formats.foreign import find_foreign
from workers.formats.text.reader import read_text
from workers.jobs.idempotency import RequestKey
from workers.jobs.step import Step
from workers.jobs.store import new_job_id
from workers.storage.base import JobFolder
from workers.telemetry.events import accepted

_TEXT: Final = "/paragraphs"

MOST_OF_AN_ARTICLE: Final = 50_000
"""The values that an article in a request may have. An uploaded one may have more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A document of a request: its name, its reader, its bytes, and the number of its articles if it is known."""

    name: str | None
    reader: str
    open: Callable[[], BinaryIO]
    articles: int | None


def submit(request: ExportRequest, state: State, key: RequestKey | None = None) -> JobRecord:
    """Submit a JSON request. Return its job, or the earlier job of the same request.

    Raises:
        RequestError: a seed does not exist, or an article does not fit its schema.
        StoreError: an input cannot be stored.
        BrokerError: the record cannot be written.
        QueueFullError: the queue is full.
        LimitError: the caller has reached its limit of jobs or bytes.
        KeyReusedError: the key belongs to another request.
    """
    inputs = _inputs_of(request, state)
    job_id = new_job_id()
    folder = JobFolder(state.store, job_id)
    with _deleted_on_error(folder):
        documents, total = _store(inputs, folder, state)
        return _accept(job_id, request, documents, total, state=state, key=key)


def submit_uploads(
    request: Request, state: State, key: str | None = None, *, stated: Mapping[str, Any] | None = None
) -> JobRecord:
    """Submit a multipart request, or a document. Return its job, or the earlier job of the same request.

    A repeated request is received in full: only its content shows that it is the same.

    Args:
        request: the request, with its body unread.
        state: the parts of the process.
        key: its Idempotency-Key.
        stated: what its URL states; None for a multipart request without a query.

    Raises:
        ProblemError: the body is too large or malformed, or a part is missing or is not JSON.
        RequestError: the part `request` does not fit its schema, or no file is of a format that is read.
        StoreError, BrokerError, QueueFullError, LimitError, KeyReusedError: as `submit` does.
    """
    # Checked again when the job is accepted. The check here saves a useless upload.
    if not state.jobs.has_room():
        raise QueueFullError(state.settings.max_queued)
    job_id = new_job_id()
    folder = JobFolder(state.store, job_id)
    with state.quotas.upload(caller().id, job_id) as arrived:
        limit = state.settings.max_upload
        received = receive(request, folder, limit, arrived, keyed=key is not None, stated=stated)
        with _deleted_on_error(folder):
            wanted = load_request(received.request, FORMATS, upload=True)
            wanted = replace(wanted, reading=received.reading(wanted.reading))
            documents = received.read_as(wanted.reading.format)
            request_key = RequestKey(owner=caller().id, value=key, digest=received.digest) if key else None
            return _accept(job_id, wanted, documents, number_of_articles(documents), state=state, key=request_key)


@contextmanager
def _deleted_on_error(folder: JobFolder) -> Iterator[None]:
    """Delete the job's artifacts if an error is raised."""
    try:
        yield
    except BaseException:
        with suppress(NewsmillError):
            folder.delete()
        raise


def _accept(
    job_id: str,
    request: ExportRequest,
    documents: tuple[JobDocument, ...],
    total: int | None,
    *,
    state: State,
    key: RequestKey | None,
) -> JobRecord:
    """Write the record with its first step, which is due. Return the job, or the earlier job of the same key."""
    if request.callback:
        check_callback(request.callback, state.settings.callback_allow or ())
    spec = JobSpec(
        documents=documents,
        formats=request.formats,
        options=request.options,
        metadata=request.metadata,
        at=state.settings.now(),
        split=request.split,
        on_error=request.on_error,
        owner=caller().id,
        stem=file_stem(documents[0].name) if request.names == "source" and len(documents) == 1 else None,
        name=request.name or _name_of(documents),
        tags=request.tags,
        callback=request.callback,
        callback_headers=request.callback_headers,
        reading=request.reading,
        request_id=request_id(),
        trace=trace_context(),
    )
    try:
        # A large request is stored before its record says so.
        kept = state.contents.keep_request(job_id, spec)
        first, size = Step.first(job_id, spec), spec.size + kept.stored
        job = state.jobs.create(job_id, kept, total=total, key=key, first=first, size=size)
    except NewsmillError:
        # The answer of Redis may be lost, and the record written.
        with suppress(BrokerError):
            state.jobs.forget(job_id)
        raise
    if job.id != job_id:
        JobFolder(state.store, job_id).delete()
        return job
    accepted(replace(job, spec=spec))
    return job


def _name_of(documents: tuple[JobDocument, ...]) -> str | None:
    """Return the name of a job whose request states none: that of its first document, and how many more there are."""
    if not documents or not documents[0].name:
        return None
    more = f" and {len(documents) - 1:,} more" if len(documents) > 1 else ""
    return f"{documents[0].name[: LONGEST_NAME - len(more)]}{more}"


def _inputs_of(request: ExportRequest, state: State) -> tuple[Input, ...]:
    """Return the documents that a JSON request names or contains."""
    source = request.source
    if "seeds" in source:
        return _seeds(source["seeds"], state)
    if "text" in source:
        return (_text(source["text"].encode()),)
    return (_articles(source["articles"], request.article_fields),)


def _store(inputs: Iterable[Input], folder: JobFolder, state: State) -> tuple[tuple[JobDocument, ...], int | None]:
    documents = []
    total: int | None = 0
    for number, document in enumerate(inputs):
        key = folder.input_key(number)
        with document.open() as source, state.store.create(key) as stream:
            copyfileobj(source, stream, 1 << 20)
            size = stream.tell()
        documents.append(JobDocument(key=key, name=document.name, reader=document.reader, size=size))
        total = None if total is None or document.articles is None else total + document.articles
    return tuple(documents), total


def _seeds(names: list[str] | str, state: State) -> tuple[Input, ...]:
    if names == "*":
        seeds = state.seeds.all()
        if not seeds:
            raise RequestError((Fault("/source/seeds", "the service has no seeds; use `text` or `articles`"),))
    else:
        known = state.seeds.by_name()
        if unknown := [(index, name) for index, name in enumerate(names) if name not in known]:
            every = tuple(seed.name for seed in state.seeds.all())
            suggestions = Suggestions()
            raise RequestError(_no_such_seed(index, name, every, suggestions) for index, name in unknown)
        seeds = tuple(dict.fromkeys(known[name] for name in names))
    return tuple(Input(name=seed.name, reader="text", open=seed.open, articles=1) for seed in seeds)


def _no_such_seed(index: int, name: str, known: tuple[str, ...], suggestions: Suggestions) -> Fault:
    near = suggestions.nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else "; GET /v1/seeds lists them"
    return Fault(f"/source/seeds/{index}", f"there is no seed named {shorten(name)!r}{hint}")


def _text(text: bytes) -> Input:
    # Checked now, as articles in a body are.
    foreign = find_foreign(Head.of(text[:HEAD]), None)
    if foreign is not None and foreign.evidence is Evidence.CERTAIN:
        raise RequestError((Fault("/source/text", foreign.reason),))
    try:
        for _ in read_text(Document(name=None, open=lambda: BytesIO(text))):
            pass
    except InputError as error:
        where = f"{error.place}: " if error.place else ""
        raise RequestError((Fault("/source/text", f"{where}{error.reason}"),)) from None
    return Input(name=None, reader="text", open=lambda: BytesIO(text), articles=1)


def _articles(articles: list[Any], metadata: Mapping[str, Any]) -> Input:
    # Articles in a body are few, so an article without a text, or with a field that does not exist, refuses the request
    # at once. A value that breaks a rule is left out and named, as in an upload.
    document = Document(name=None, open=BytesIO, defaults=metadata)
    faults = (
        Fault(f"/source/articles/{index}{fault.pointer}", fault.detail)
        for index, article in enumerate(articles)
        for fault in _faults_of(article, document)
    )
    if (first := next(faults, None)) is not None:
        raise RequestError(chain((first,), faults))
    lines = b"".join(orjson.dumps(article) + b"\n" for article in articles)
    return Input(name=None, reader="articles-json", open=lambda: BytesIO(lines), articles=len(articles))


def _faults_of(article: Any, document: Document) -> tuple[Fault, ...]:
    """Return the faults for which the article of a request is refused."""
    if count_values(article, MOST_OF_AN_ARTICLE) > MOST_OF_AN_ARTICLE:
        return (Fault("", f"has more than {MOST_OF_AN_ARTICLE:,} values; upload it as a file"),)
    try:
        document.article(article_fields(article), document.ledger())
    except ArticleError as error:
        of_shape = tuple(
            fault for fault in error.faults if fault.unknown or not fault.pointer or fault.pointer.startswith(_TEXT)
        )
        if of_shape:
            return of_shape
    else:
        return ()
    try:
        read_article(orjson.loads(orjson.dumps(article)), document)
    except ArticleError as error:
        return error.faults
    return ()
