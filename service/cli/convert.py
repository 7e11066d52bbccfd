"""The commands that convert: `newsmill export` without a server, `newsmill submit` through a server."""

from __future__ import annotations

import glob
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import click
import orjson

from schemas.conversion import Conversion
from schemas.file_names import file_stem
from schemas.jobs.job import Job
from schemas.nearest import listed
from schemas.settings import load_settings
from schemas.typed_json import to_json
from service.cli.arguments import defaults_of, parse_metadata, parse_options, parse_reading, reading_values
from service.cli.output import (
    Counted,
    article_bar,
    byte_bar,
    end,
    force_option,
    json_option,
    out_option,
    print_files,
    print_json,
    print_result,
    print_warnings,
    say,
    server_option,
)
from workers.chunked.local_pool import LocalDocument, convert_many
from workers.formats import FORMATS
from workers.pipeline.ledger import ledger_lines
from workers.pipeline.output import Output
from workers.pipeline.packed import unpack_archives
from workers.pipeline.pipe import OnError, Pipe, convert
from workers.pipeline.sources import SourceFile, find_sources
from workers.storage.local_store import LocalStore

# The commands that use no server import no client of HTTP.
if TYPE_CHECKING:
    from service.client.client import Client, Upload

_FORMAT = click.Choice(FORMATS.writable.ids)
_INTERRUPTED: Final = 130  # the shell's status for a process that SIGINT ended

_to = click.option("--to", "formats", type=_FORMAT, multiple=True, required=True, help="A format to write; repeatable.")
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A value for articles that do not state the field; @NAME: a column, or a member of JSON (@title.rendered).",
)
from_option = click.option(
    "--from", "read_as", type=click.Choice(FORMATS.readable.ids), help="The format of every SOURCE. Default: detected."
)
read_option = click.option(
    "--read",
    "reading",
    multiple=True,
    metavar="NAME=VALUE",
    help="A reading option: encoding, delimiter, quote, header or zone.",
)
format_option = click.option(
    "--option", "options", multiple=True, metavar="FORMAT.NAME=VALUE", help="An option of a format."
)
_split = click.option(
    "--split",
    type=click.IntRange(1, 10_000_000),
    metavar="N",
    help="The maximum number of articles in a file; 1: a zip of files.",
)
_on_error = click.option(
    "--on-error",
    type=click.Choice(["skip", "fail"]),
    default="skip",
    show_default=True,
    help="skip: leave an article that fails out of the files; fail: write no files then.",
)
_names = click.option(
    "--names",
    type=click.Choice(["articles", "source"]),
    default="articles",
    show_default=True,
    help="source: name the files after SOURCE, if there is one.",
)
_ledger = click.option(
    "--ledger",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="A file for the ledger: each leaf of each source article, and what became of it, as lines of JSON.",
)
sources_argument = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")


@click.command()
@sources_argument
@_to
@out_option
@from_option
@read_option
@set_option
@format_option
@_split
@_on_error
@_names
@click.option("--jobs", type=click.IntRange(1, 256), default=1, metavar="N", help="The number of processes.")
@_ledger
@force_option
@json_option
def export(
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    out: str,
    read_as: str | None,
    reading: tuple[str, ...],
    settings: tuple[str, ...],
    options: tuple[str, ...],
    split: int | None,
    on_error: OnError,
    names: Literal["articles", "source"],
    jobs: int,
    ledger: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Convert articles without a server.

    SOURCE is a file, a folder, or - for standard input. Compressed files and archives (gz, zst, zip, tar) are unpacked.
    `--out -` with one format writes to standard output.

    \b
        newsmill export story.txt --to newsml-g2 --set headline="Bank keeps rates" --set language=en
        newsmill export archive/ --to csv --to news-article --out exported/
        newsmill export table.txt --from csv --read delimiter=";" --read zone=Europe/Paris --to newsml-g2
        newsmill export archive.ndjson --to newsml-g2 --jobs 4 --split 10000 --out exported/
        cat story.txt | newsmill export - --to news-article --out -
    """
    wanted = tuple(dict.fromkeys(formats))
    if out == "-" and len(wanted) > 1:
        raise click.UsageError("--out - writes one format; give --to once, or a folder with --out")
    if out == "-" and split:
        raise click.UsageError("--out - writes one file; with --split, give a folder with --out")
    if out == "-" and as_json:
        raise click.UsageError("--out - writes the articles to standard output; with --json, give a folder with --out")
    service = load_settings()
    defaults = defaults_of(settings, reading, read_as, service)
    stated = parse_options(options)
    loaded = FORMATS.load_options(stated, wanted)
    files = find_sources(sources)
    stem = file_stem(files[0].name) if names == "source" and len(files) == 1 else None
    conversion = Conversion(at=service.now(), operator=service.operator, most_output=service.max_output, stem=stem)
    if out != "-" and not force:
        refuse_to_overwrite(Path(out), Pipe(loaded, conversion).outputs, split)
    with _folder(out) as folder, article_bar("converting") as report:
        if jobs > 1:
            with _in_files(files) as local:
                outcome = convert_many(
                    local,
                    formats=wanted,
                    options=stated,
                    conversion=conversion,
                    defaults=defaults,
                    out=folder,
                    settings=service,
                    processes=jobs,
                    split=split,
                    on_error=on_error,
                    progress=lambda done, failed, duplicates, total: report(done + failed + duplicates, total),
                )
        else:
            documents = ((read_as, defaults.document(file.name, file.open, size=file.size)) for file in files)
            outcome = convert(
                unpack_archives(documents, limit=service.max_unpacked),
                options=loaded,
                conversion=conversion,
                sink=LocalStore(folder),
                split=split,
                on_error=on_error,
                progress=lambda done, failed, duplicates: report(done + failed + duplicates, None),
            )
        if out == "-" and outcome.files:
            with (folder / outcome.files[0].name).open("rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer)
    if ledger:
        whole = replace(defaults, whole_ledger=True)
        again = ((None, whole.document(file.name, file.open)) for file in files)
        _write_lines(ledger, ledger_lines(unpack_archives(again, limit=service.max_unpacked), wanted))
    failed = [asdict(one) for one in outcome.failed]
    if as_json:
        made = [{"path": str(folder / file.name), **asdict(file)} for file in outcome.files]
        warnings = [asdict(warning) for warning in outcome.warnings]
        counts = {"done": outcome.done, "duplicates": outcome.duplicates}
        print_json({"files": made, "warnings": warnings, **counts, "failed": failed})
    else:
        if out != "-":
            print_files((str(folder / file.name), file.size, file.articles) for file in outcome.files)
        print_warnings(outcome.warnings)
        print_result(outcome.done, failed, outcome.duplicates)
    end(outcome.done, failed)


@click.command()
@sources_argument
@_to
@server_option
@out_option
@from_option
@read_option
@set_option
@format_option
@_split
@_on_error
@_names
@click.option("--name", help="Your name for the job.  [default: the name of the first document]")
@click.option("--tag", "tags", multiple=True, help="A tag of the job, by which `newsmill list` finds it; repeatable.")
@_ledger
@click.option("--detach", is_flag=True, help="Print the id of the job and do not wait for its end.")
@json_option
def submit(
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    server: str,
    out: str,
    read_as: str | None,
    reading: tuple[str, ...],
    settings: tuple[str, ...],
    options: tuple[str, ...],
    split: int | None,
    on_error: OnError,
    names: Literal["articles", "source"],
    name: str | None,
    tags: tuple[str, ...],
    ledger: Path | None,
    detach: bool,
    as_json: bool,
) -> None:
    """Convert articles through a server: upload, wait, download the files, check their digests.

    Requests that fail for the moment are retried and never make a second job. Ctrl-C ends the command, not the job.

    \b
        newsmill submit archive/ --to csv --out exported/
        newsmill submit story.txt --to newsml-g2 --server https://newsmill.example.com --detach
    """
    if ledger and detach:
        raise click.UsageError("the ledger exists when the job has ended; leave out --detach or --ledger")
    from service.client.client import Client

    wanted = tuple(dict.fromkeys(formats))
    metadata, parsed = parse_metadata(settings), parse_options(options)
    parse_reading(reading)
    read: dict[str, object] = {"format": read_as} if read_as else {}
    if reading:
        read["options"] = reading_values(reading)
    FORMATS.load_options(parsed, wanted)
    files = find_sources(sources)
    with Client(server) as client:
        try:
            with byte_bar("uploading") as sent:
                uploads = _counted(files, sent)
                job = client.submit(
                    uploads,
                    formats=wanted,
                    metadata=metadata,
                    options=parsed,
                    read=read,
                    split=split,
                    on_error=on_error,
                    names=names,
                    name=name,
                    tags=tags,
                )
        except KeyboardInterrupt:
            say("interrupted before the server accepted the job", err=True)
            sys.exit(_INTERRUPTED)
        if detach:
            print_json(to_json(job)) if as_json else say(job.id)
            return
        try:
            follow(client, job, Path(out), as_json=as_json, ledger=ledger)
        except KeyboardInterrupt:
            say(f"interrupted; the server goes on with job {job.id}", err=True)
            for command, does in (("status --wait", "waits for it"), ("download", "gets it"), ("cancel", "stops it")):
                say(f"    newsmill {command} {job.id}    {does}", err=True)
            sys.exit(_INTERRUPTED)


def refuse_to_overwrite(out: Path, outputs: Iterable[Output], split: int | None) -> None:
    """Refuse an export that would overwrite files.

    Raises:
        UsageError: a file of the export is there already.
    """
    there: list[str] = []
    for output in outputs:
        if split == 1:
            names = [output.file_name(f"{output.format}.zip", None)]
        elif split:
            first = output.named(1)
            names = [path.name for path in out.glob(glob.escape(first).replace("00001", "?????", 1))]
        else:
            names = [output.named(None)]
        there += [name for name in names if (out / name).exists()]
    if there:
        names = list(dict.fromkeys(there))
        raise click.UsageError(f"{out} has {listed(names)} already; use --force to overwrite, or another --out")


def follow(client: Client, job: Job, out: Path, *, as_json: bool = False, ledger: Path | None = None) -> None:
    """Wait for a job, download its files, print the result, and exit with its status."""
    with article_bar("converting") as report:
        job = client.wait(job.id, lambda now: report(now.passed, now.total))
    with byte_bar("downloading") as progress:
        paths = client.download(job, out, progress=progress)
    failed = list(client.errors(job.id)) if job.failed and job.status != "canceled" else []
    if ledger and job.status != "canceled":
        _write_lines(ledger, (orjson.dumps(leaf) + b"\n" for leaf in client.ledger(job.id)))
    if as_json:
        made = [{"path": str(path), **asdict(file)} for path, file in zip(paths, job.files, strict=True)]
        counts = {"done": job.done, "duplicates": job.duplicates}
        summary = {"files": made, "warnings": to_json(job.warnings), **counts, "failed": failed}
        print_json({"job": to_json(job)} | summary)
    else:
        print_files((str(path), file.size, file.articles) for path, file in zip(paths, job.files, strict=True))
        print_warnings(job.warnings)
        print_result(job.done, failed, job.duplicates)
    if job.error:
        say(f"newsmill: {job.error.title}. {job.error.detail}", err=True)
    end(job.done, failed)


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write lines into a file, which appears when it is complete."""
    partial_path = path.with_name(f".{path.name}.part")
    try:
        with partial_path.open("wb") as stream:
            stream.writelines(lines)
        partial_path.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path}: the ledger cannot be written: {error.strerror or error}") from None


def _counted(files: Sequence[SourceFile], report: Callable[[str, int, int | None], None]) -> list[Upload]:
    """Return the uploads of files. They report a name, the bytes sent of all files, and the total if it is known."""
    from service.client.client import Upload

    sizes = [file.path.stat().st_size for file in files if file.path]
    total = sum(sizes) if len(sizes) == len(files) else None
    sent = 0

    def open_counted(file: SourceFile) -> BinaryIO:
        nonlocal sent
        if file is files[0]:  # each try opens the first file again
            sent = 0

        def count(size: int) -> None:
            nonlocal sent
            sent += size
            report(file.name, sent, total)

        return Counted(file.open(), count)

    return [Upload(name=file.name, open=partial(open_counted, file)) for file in files]


@contextmanager
def _folder(out: str) -> Iterator[Path]:
    if out == "-":
        with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
            yield Path(folder)
    else:
        yield Path(out)


@contextmanager
def _in_files(files: Sequence[SourceFile]) -> Iterator[list[LocalDocument]]:
    """Yield the documents as files that several processes can read; standard input is copied to one."""
    with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
        documents = []
        for number, file in enumerate(files):
            path = file.path or Path(folder) / str(number)
            if file.path is None:
                with file.open() as stream, path.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
            documents.append(LocalDocument(name=file.name, path=path))
        yield documents
