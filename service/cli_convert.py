"""The commands that convert: `newsmill export`, without a server, and `newsmill submit`, through one."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from schemas.article_json import metadata_fields
from schemas.column_names import take_columns
from schemas.conversion import Conversion, Given
from schemas.formats import FORMAT_IDS, load_options
from schemas.settings import load_settings
from service.client import Client, RemoteJob, Upload
from service.sources import SourceFile, find_sources, parse_metadata, parse_options
from workers.local_store import LocalStore
from workers.many import LocalDocument, convert_many
from workers.pipe import OnError, convert

_FORMAT = click.Choice(FORMAT_IDS)
_SERVER = "http://127.0.0.1:8080"

_to = click.option("--to", "formats", type=_FORMAT, multiple=True, required=True, help="A format; may be repeated.")
_set = click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="A field for every article that does not state it."
)
_option = click.option("--option", "options", multiple=True, metavar="FORMAT.NAME=VALUE", help="An option of a format.")
_out = click.option("--out", default=".", metavar="DIR", help="The folder for the files. [default: this one]")
_split = click.option(
    "--split", type=click.IntRange(1, 10_000_000), metavar="N", help="Files of at most N articles; 1: a zip of files."
)
_on_error = click.option(
    "--on-error",
    type=click.Choice(["skip", "fail"]),
    default="skip",
    show_default=True,
    help="Whether an article that fails is passed over, or fails all.",
)
_sources = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")


@click.command()
@_sources
@_to
@_out
@_set
@_option
@_split
@_on_error
@click.option("--jobs", type=click.IntRange(1, 256), default=1, metavar="N", help="How many processes convert.")
def export(
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    out: str,
    settings: tuple[str, ...],
    options: tuple[str, ...],
    split: int | None,
    on_error: OnError,
    jobs: int,
) -> None:
    r"""Convert articles, without a server.

    SOURCE is a file, a folder, or - for standard input. With `--out -` and one format, the articles go to
    standard output.

    \b
        newsmill export story.txt --to newsml-g2 --set headline="Bank keeps rates" --set language=en
        newsmill export archive/ --to csv --to news-article --out exported/
        newsmill export archive.ndjson --to newsml-g2 --jobs 4 --split 10000 --out exported/
        cat story.txt | newsmill export - --to news-article --out -
    """
    wanted = tuple(dict.fromkeys(formats))
    if out == "-" and len(wanted) > 1:
        raise click.UsageError("--out - takes one format; give --to once, or a folder")
    if out == "-" and split:
        raise click.UsageError("--out - is one file; give a folder with --split")
    service = load_settings()
    values, columns = take_columns(parse_metadata(settings))
    given = Given(defaults=service.article_defaults | metadata_fields(values), columns=columns)
    loaded = load_options(parse_options(options), wanted)
    files = find_sources(sources)
    conversion = Conversion(at=service.now(), operator=service.operator)
    with _folder(out) as folder, _progress("converting") as report:
        if jobs > 1:
            with _in_files(files) as documents:
                outcome = convert_many(
                    documents,
                    options=loaded,
                    conversion=conversion,
                    given=given,
                    out=folder,
                    settings=service,
                    processes=jobs,
                    split=split,
                    on_error=on_error,
                    progress=report,
                )
        else:
            outcome = convert(
                ((None, given.document(file.name, file.open)) for file in files),
                options=loaded,
                conversion=conversion,
                sink=LocalStore(folder),
                split=split,
                on_error=on_error,
                progress=lambda done, failed: report(done, failed, None),
            )
        if out == "-" and outcome.files:
            with (folder / outcome.files[0].name).open("rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
    if out != "-":
        _list((str(folder / file.name), file.size, file.articles) for file in outcome.files)
    _warn(asdict(warning) for warning in outcome.warnings)
    _end(outcome.done, [asdict(failed) for failed in outcome.failed])


@click.command()
@_sources
@_to
@click.option("--server", default=_SERVER, envvar="NEWSMILL_SERVER", show_default=True, help="The server's address.")
@_out
@_set
@_option
@_split
@_on_error
@click.option("--detach", is_flag=True, help="Print the job's id and do not wait for it.")
def submit(
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    server: str,
    out: str,
    settings: tuple[str, ...],
    options: tuple[str, ...],
    split: int | None,
    on_error: OnError,
    detach: bool,
) -> None:
    r"""Convert articles through a server: upload them, wait, download the files and check their digests.

    \b
        newsmill submit archive/ --to csv --out exported/
        newsmill submit story.txt --to newsml-g2 --server https://newsmill.example.com --detach
    """
    wanted = tuple(dict.fromkeys(formats))
    metadata, parsed = parse_metadata(settings), parse_options(options)
    load_options(parsed, wanted)
    uploads = [Upload(name=file.name, open=file.open) for file in find_sources(sources)]
    with Client(server) as client:
        job = client.submit(uploads, formats=wanted, metadata=metadata, options=parsed, split=split, on_error=on_error)
        if detach:
            click.echo(job.id)
            return
        follow(client, job, Path(out))


def follow(client: Client, job: RemoteJob, out: Path) -> None:
    """Wait for a job, download its files, say what there is to say, and exit with the status that fits."""
    with _progress("converting") as report:
        job = client.wait(job.id, lambda now: report(now.done, now.failed, now.total))
    paths = client.download(job, out)
    _list((str(path), file.size, file.articles) for path, file in zip(paths, job.files, strict=True))
    _warn(job.warnings)
    if job.error:
        click.echo(f"newsmill: {job.error['title']}. {job.error['detail']}", err=True)
    _end(job.done, list(client.errors(job.id)) if job.failed else [])


@contextmanager
def _folder(out: str) -> Iterator[Path]:
    if out == "-":
        with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
            yield Path(folder)
    else:
        yield Path(out)


@contextmanager
def _in_files(files: Sequence[SourceFile]) -> Iterator[list[LocalDocument]]:
    """The documents where several processes can read them: standard input is kept in a file meanwhile."""
    with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
        documents = []
        for number, file in enumerate(files):
            path = file.path or Path(folder) / str(number)
            if file.path is None:
                with file.open() as stream, path.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
            documents.append(LocalDocument(name=file.name, path=path))
        yield documents


@contextmanager
def _progress(verb: str) -> Iterator[Callable[[int, int, int | None], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TextColumn("articles"), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, failed, total: bar.update(task, completed=done + failed, total=total)


def _list(files: Iterable[tuple[str, int, int]]) -> None:
    for path, size, articles in files:
        click.echo(f"{path}  {articles} {'article' if articles == 1 else 'articles'}, {size:,} bytes")


def _warn(warnings: Iterable[Mapping[str, Any]]) -> None:
    for warning in warnings:
        of = f" ({warning['articles']} articles)" if warning["articles"] > 1 else ""
        click.echo(f"note: {warning['detail']}{of}", err=True)


def _end(done: int, failed: Sequence[Mapping[str, Any]]) -> None:
    for one in failed:
        where = ", ".join(part for part in (one["document"], one["place"], one["id"]) if part)
        click.echo(f"failed: {where}: {one['reason']}", err=True)
    if failed or not done:
        click.echo(f"{done} converted, {len(failed)} failed", err=True)
        sys.exit(1)
