"""What the commands say while they work and when they end: bars on a terminal, lines for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


@contextmanager
def article_bar(verb: str) -> Iterator[Callable[[int, int, int | None], None]]:
    """A bar of articles on a terminal, nothing in a pipe; it is told how many are done, have failed, and are in all."""
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TextColumn("articles"), TimeRemainingColumn())
    with _bars(*columns) as bar:
        task = bar.add_task(verb, total=None)
        yield lambda done, failed, total: bar.update(task, completed=done + failed, total=total)


@contextmanager
def byte_bar(verb: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar of bytes on a terminal, nothing in a pipe; it is told of what, how many are there, and are in all."""
    columns = (TextColumn(verb + " {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with _bars(*columns) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, there, size: bar.update(task, description=name, completed=there, total=size)


def _bars(*columns: Any) -> Progress:
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


class Counted:
    """A stream that tells how much of it has been read."""

    def __init__(self, stream: BinaryIO, told: Callable[[int], None]) -> None:
        self._stream = stream
        self._told = told

    def read(self, size: int = -1) -> bytes:
        """Some bytes."""
        data = self._stream.read(size)
        self._told(len(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def print_files(files: Iterable[tuple[str, int, int]]) -> None:
    """A line for each file: its path, its articles, its bytes."""
    for path, size, articles in files:
        click.echo(f"{path}  {articles} {'article' if articles == 1 else 'articles'}, {size:,} bytes")


def print_warnings(warnings: Iterable[Mapping[str, Any]]) -> None:
    """What was done as asked, and one should know."""
    for warning in warnings:
        of = f" ({warning['articles']} articles)" if warning["articles"] > 1 else ""
        click.echo(f"note: {warning['detail']}{of}", err=True)


def print_failed(done: int, failed: Sequence[Mapping[str, Any]]) -> None:
    """Each article that failed, and how many of how many."""
    for one in failed:
        where = ", ".join(part for part in (one["document"], one["place"], one["id"]) if part)
        click.echo(f"failed: {where}: {one['reason']}", err=True)
    if failed or not done:
        click.echo(f"{done} converted, {len(failed)} failed", err=True)


def end(done: int, failed: Sequence[Any]) -> None:
    """End with status 1 where an article failed, or none was converted."""
    if failed or not done:
        sys.exit(1)
