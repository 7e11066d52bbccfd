"""The seed articles: text files in a folder, to try the service with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from schemas.errors import UnknownNameError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A seed article: its file name, its size in bytes and its path."""

    name: str
    size: int
    path: Path

    def open(self) -> BinaryIO:
        """Open the file."""
        return self.path.open("rb")


class Seeds:
    """The .txt files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[Seed, ...]:
        """Return every seed, sorted by name; none if the folder does not exist."""
        return tuple(
            Seed(name=path.name, size=path.stat().st_size, path=path)
            for path in sorted(self._folder.glob("*.txt"))
            if path.is_file()
        )

    def by_name(self) -> Mapping[str, Seed]:
        """Return every seed by its name with and without ".txt"."""
        # A name from a request is looked up here, and never used as a path.
        seeds = self.all()
        return {seed.path.stem: seed for seed in seeds} | {seed.name: seed for seed in seeds}

    def get(self, name: str) -> Seed:
        """Return the seed of this name, with or without ".txt".

        Raises:
            UnknownNameError: there is no such seed.
        """
        seeds = self.by_name()
        if name not in seeds:
            raise UnknownNameError("seed", name, tuple(seed.name for seed in self.all()))
        return seeds[name]
