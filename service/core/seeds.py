"""The seed articles: texts in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from schemas.errors import UnknownNameError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A seed article: the name of its file, and the file's size in bytes."""

    name: str
    size: int
    path: Path

    def open(self) -> BinaryIO:
        """Its bytes."""
        return self.path.open("rb")


class Seeds:
    """The seeds of a folder: its .txt files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[Seed, ...]:
        """Every seed, by name. A folder that is not there has none."""
        return tuple(
            Seed(name=path.name, size=path.stat().st_size, path=path)
            for path in sorted(self._folder.glob("*.txt"))
            if path.is_file()
        )

    def get(self, name: str) -> Seed:
        """The seed of this name, with or without its ".txt".

        Raises:
            UnknownNameError: there is none.
        """
        # Looked up among those there are, so that no name is ever used as a path.
        seeds = self.all()
        for seed in seeds:
            if name in (seed.name, seed.path.stem):
                return seed
        raise UnknownNameError("seed", name, tuple(seed.name for seed in seeds))
