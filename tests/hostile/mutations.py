"""Valid documents, damaged by a bit, a token, or a part repeated many times."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

LONGEST: Final = 512 * 1024
_HARD = (
    *(b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbf\xbe", b"\xc2\x85", b"\xe2\x80\xa8"),
    *(
        b"\r",
        b"\n",
        b"\t",
        b" ",
        b"\x0b",
        b"\x0c",
        b"\x1b",
        b"\x7f",
        b"\xef\xbb\xbf",
        b"0",
        b"-1",
        b"9" * 400,
        b"1e400",
    ),
)


class Mutator:
    """Damages valid documents; the same seed gives the same documents."""

    def __init__(self, documents: Sequence[bytes], tokens: Sequence[bytes], seed: int) -> None:
        self._documents = documents
        self._tokens = (*tokens, *_HARD)
        # Parts of tokens are tokens too: they find more faults.
        self._random = random.Random(seed)
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            *(self._bit, self._byte, self._cut, self._without, self._twice, self._token, self._token, self._token),
            *(self._instead, self._other, self._repeat, self._digits, self._encode, self._swap, self._truncate_lines),
        )

    def next(self) -> bytes:
        """Another document."""
        made = self._random.choice(self._documents)
        # Mostly few faults, so that most of the document is still read.
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 2, 3, 5, 8, 20))):
            made = self._random.choice(self._ways)(made)[:LONGEST]
        return made

    def _at(self, document: bytes) -> int:
        return self._random.randrange(len(document) + 1)

    def _part(self, document: bytes) -> tuple[int, int]:
        start = self._at(document)
        return start, min(len(document), start + self._random.choice((1, 2, 4, 8, 32, 128, 1024)))

    def _bit(self, document: bytes) -> bytes:
        if not document:
            return document
        at = self._random.randrange(len(document))
        return document[:at] + bytes([document[at] ^ 1 << self._random.randrange(8)]) + document[at + 1 :]

    def _byte(self, document: bytes) -> bytes:
        at = self._at(document)
        return document[:at] + self._random.randbytes(1) + document[at + 1 :]

    def _cut(self, document: bytes) -> bytes:
        return document[: self._at(document)]

    def _without(self, document: bytes) -> bytes:
        start, end = self._part(document)
        return document[:start] + document[end:]

    def _twice(self, document: bytes) -> bytes:
        start, end = self._part(document)
        at = self._at(document)
        return document[:at] + document[start:end] + document[at:]

    def _token(self, document: bytes) -> bytes:
        at = self._at(document)
        return document[:at] + self._random.choice(self._tokens) + document[at:]

    def _instead(self, document: bytes) -> bytes:
        start, end = self._part(document)
        return document[:start] + self._random.choice(self._tokens) + document[end:]

    def _other(self, document: bytes) -> bytes:
        other = self._random.choice(self._documents)
        return document[: self._at(document)] + other[self._at(other) :]

    def _repeat(self, document: bytes) -> bytes:
        start, end = self._part(document)
        pattern = self._random.choice((document[start:end], self._random.choice(self._tokens)))
        times = self._random.choice((10, 100, 300, 1_000, 5_000, 50_000))
        return document[:start] + pattern * min(times, LONGEST // max(1, len(pattern))) + document[end:]

    def _digits(self, document: bytes) -> bytes:
        places = [at for at, byte in enumerate(document[:4096]) if 48 <= byte <= 57]
        if not places:
            return document
        at = self._random.choice(places)
        return document[:at] + self._random.choice((b"", b"9" * 30, b"-", b"0", b".", b"1e9")) + document[at + 1 :]

    def _encode(self, document: bytes) -> bytes:
        text = document.decode(errors="replace")
        return text.encode(self._random.choice(("utf-16", "utf-16-le", "utf-8-sig", "utf-32", "latin-1")), "replace")

    def _swap(self, document: bytes) -> bytes:
        one, two = sorted((self._part(document), self._part(document)))
        if one[1] > two[0]:
            return document
        between = document[one[1] : two[0]]
        return document[: one[0]] + document[slice(*two)] + between + document[slice(*one)] + document[two[1] :]

    def _truncate_lines(self, document: bytes) -> bytes:
        lines = document.splitlines(keepends=True)
        self._random.shuffle(lines)
        return b"".join(lines[: self._random.randrange(len(lines) + 1)])
