"""Options that several commands share, and what commands print: progress bars, lines for people, JSON."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Final

import click
import orjson

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from schemas.jobs.job import JobWarning

server_option = click.option(
    "--server",
    default="http://127.0.0.1:8080",
    envvar="NEWSMILL_SERVER",
    show_default=True,
    show_envvar=True,
    help="The server's address. NEWSMILL_API_KEY holds the key, if the server requires one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")
force_option = click.option("--force", is_flag=True, help="Overwrite files that exist.")
out_option = click.option("--out", default=".", metavar="DIR", help="The folder for the files.  [default: .]")


# The controls of C0 and C1, of lines, and of the direction of text: with them a document could forge lines, and move or
# hide what a terminal shows.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def say(*lines: str, err: bool = False) -> None:
    """Print lines for people, on standard output or standard error. A control character in a line is shown escaped."""
    for line in lines:
        click.echo(_CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), line), err=err)


def print_json(value: object) -> None:
    """Print one document of JSON on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


@contextmanager
def article_bar(verb: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar of articles on a terminal, nothing in a pipe. Call what it gives with: articles so far, total."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TextColumn("articles"), TimeRemainingColumn())
    with _bars(*columns) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda passed, total: bar.update(task, completed=passed, total=total)


@contextmanager
def byte_bar(verb: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show a bar of bytes on a terminal, nothing in a pipe. Call what it gives with: name, bytes done, total."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn

    columns = (TextColumn(verb + " {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with _bars(*columns) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, there, size: bar.update(task, description=name, completed=there, total=size)


def _bars(*columns: ProgressColumn) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


class Counted(BufferedReader):
    """A stream that reports the size of each read."""

    def __init__(self, stream: BufferedReader | BytesIO, report: Callable[[int], None]) -> None:
        super().__init__(stream)
        self._report = report

    def read(self, size: int | None = -1, /) -> bytes:
        """Read bytes and report their number."""
        data = super().read(size)
        self._report(len(data))
        return data


def print_files(files: Iterable[tuple[str, int, int]]) -> None:
    """Print a line for each file: its path, its articles, its bytes."""
    for path, size, articles in files:
        say(f"{path}  {articles} {'article' if articles == 1 else 'articles'}, {size:,} bytes")


def print_warnings(warnings: Iterable[JobWarning]) -> None:
    """Print warnings about a completed conversion."""
    for warning in warnings:
        of = f" ({warning.articles} articles)" if warning.articles > 1 else ""
        say(f"warning: {warning.detail}{of}", err=True)


def print_result(done: int, failed: Sequence[Mapping[str, str | None]], duplicates: int) -> None:
    """Print each article that failed, and the counts if not every article was converted."""
    for one in failed:
        where = ", ".join(part for part in (one["document"], one["place"], one["id"]) if part)
        say(f"failed: {where}: {one['reason']}", err=True)
    if failed or duplicates or not done:
        counts = [f"{done} converted"]
        if failed or not done:
            counts.append(f"{len(failed)} failed")
        if duplicates:
            counts.append(count_duplicates(duplicates))
        say(", ".join(counts), err=True)


def count_duplicates(number: int) -> str:
    """Return a number of duplicates for people: "1 duplicate"."""
    return f"{number:,} {'duplicate' if number == 1 else 'duplicates'}"


def end(done: int, failed: Sequence[object]) -> None:
    """Exit with status 1 if an article failed or none was converted."""
    if failed or not done:
        sys.exit(1)
