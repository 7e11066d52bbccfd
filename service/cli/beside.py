"""The command `newsmill convert`: each source becomes files beside it, under its own name."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from schemas.conversion import Conversion
from schemas.file_names import stem_of
from schemas.jobs.job import JobWarning, OutputFile
from schemas.settings import load_settings
from service.cli.arguments import defaults_of, parse_options
from service.cli.convert import format_option, from_option, read_option, set_option, sources_argument
from service.cli.output import (
    end,
    force_option,
    json_option,
    print_files,
    print_json,
    print_result,
    print_warnings,
)
from workers.formats import FORMATS
from workers.pipeline.packed import unpack_archives
from workers.pipeline.pipe import Outcome
from workers.pipeline.pipe import convert as convert_documents
from workers.pipeline.sources import SourceFile, find_sources
from workers.storage.local_store import LocalStore


@click.command()
@sources_argument
@click.option(
    "--to",
    "formats",
    type=click.Choice(FORMATS.writable.ids),
    multiple=True,
    default=("newsml-g2",),
    show_default=True,
    help="A format to write; repeatable.",
)
@from_option
@read_option
@set_option
@format_option
@force_option
@json_option
def convert(
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    read_as: str | None,
    reading: tuple[str, ...],
    settings: tuple[str, ...],
    options: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Convert files, and write each beside its source: story.txt becomes story.newsml.xml.

    SOURCE is a file or a folder. The command asks before it overwrites a file, and never overwrites a source.

    \b
        newsmill convert story.txt
        newsmill convert story.txt --to news-article --set language=en
        newsmill convert stories/ --to csv --force
    """
    if "-" in sources:
        raise click.UsageError("standard input has no place beside it; use newsmill export - --to FORMAT --out -")
    wanted = tuple(dict.fromkeys(formats))
    service = load_settings()
    defaults = defaults_of(settings, reading, read_as, service)
    loaded = FORMATS.load_options(parse_options(options), wanted)
    conversion = Conversion(at=service.now(), operator=service.operator, most_output=service.max_output)
    done, duplicates = 0, 0
    written: list[tuple[Path, OutputFile]] = []
    failed: list[dict[str, str | None]] = []
    warnings: dict[tuple[str, str], JobWarning] = {}
    files = find_sources(sources)
    taken = {file.path.resolve() for file in files if file.path}
    for file, stem in _stems(files):
        folder = file.path.parent if file.path else Path()
        # The files get their places when all of them are complete.
        with tempfile.TemporaryDirectory(prefix=".newsmill-", dir=folder) as hidden:
            document = defaults.document(file.name, file.open, size=file.size)
            outcome = convert_documents(
                unpack_archives([(read_as, document)], limit=service.max_unpacked),
                options=loaded,
                conversion=replace(conversion, stem=stem),
                sink=LocalStore(Path(hidden)),
            )
            _check_places(outcome, folder, taken, force=force)
            for made in outcome.files:
                (Path(hidden) / made.name).replace(folder / made.name)
                taken.add((folder / made.name).resolve())
                written.append((folder / made.name, made))
        done, duplicates = done + outcome.done, duplicates + outcome.duplicates
        failed += [asdict(one) for one in outcome.failed]
        for warning in outcome.warnings:
            before = warnings.get((warning.type, warning.detail))
            articles = warning.articles + (before.articles if before else 0)
            warnings[warning.type, warning.detail] = replace(warning, articles=articles)
    if as_json:
        made_files = [{"path": str(path), **asdict(made)} for path, made in written]
        counts = {"done": done, "duplicates": duplicates}
        print_json(
            {"files": made_files, "warnings": [asdict(one) for one in warnings.values()], **counts, "failed": failed}
        )
    else:
        print_files((str(path), made.size, made.articles) for path, made in written)
        print_warnings(warnings.values())
        print_result(done, failed, duplicates)
    end(done, failed)


def _stems(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, str]]:
    """Yield each source with the name of its files: its own without extension, or whole if another has the same."""
    places = [(file.path.parent if file.path else Path(), stem_of(file.name)) for file in files]
    times = Counter(places)
    for file, place in zip(files, places, strict=True):
        yield file, place[1] if times[place] == 1 else file.name


def _check_places(outcome: Outcome, folder: Path, taken: set[Path], *, force: bool) -> None:
    """Ask before files are overwritten.

    Raises:
        ClickException: a file is a source or was just written, or there is no terminal to ask on.
        Abort: the answer is no.
    """
    for made in outcome.files:
        path = folder / made.name
        if path.resolve() in taken:
            raise click.ClickException(f"{path} is a source itself; use newsmill export with a folder in --out")
        if path.exists() and not force:
            if not _can_ask():
                raise click.UsageError(f"{path} exists; --force overwrites it")
            click.confirm(f"{path} exists. Overwrite it?", abort=True, err=True)


def _can_ask() -> bool:
    return sys.stdin.isatty()
