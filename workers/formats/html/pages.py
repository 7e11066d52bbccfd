"""Join pages into the zip of an export, with a list of links to them."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, NamedTuple

import orjson

from workers.archives.zip_writer import ZipWriter
from workers.formats.html.texts import INDEX_HEAD, INDEX_TAIL
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.markup.writing.html5 import clean_html
from workers.formats.streams import MadeBytes

INDEX: Final = "index.html"
_IN_MEMORY: Final = 1 << 20


class Listing(NamedTuple):
    """The entry of a page in the list of links.

    Args:
        slug: the name of its file, without the number and the extension.
        title: the text of the link.
        date: the date that is shown.
        attributes: the language and direction of the title, as attributes.
        size: the number of bytes of the page.
    """

    slug: str
    title: str
    date: str | None
    attributes: str
    size: int


def piece_of(listing: Listing, page: bytes) -> bytes:
    """Return a page with its listing on a line before it."""
    return orjson.dumps(tuple(listing)) + b"\n" + page


class Pieces:
    """Take pieces apart that arrive in parts of any size."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._listing: Listing | None = None

    def take(self, joined: bytes) -> list[tuple[Listing, bytes]]:
        """Take some bytes; return the pages that are complete."""
        self._rest += joined
        complete: list[tuple[Listing, bytes]] = []
        while True:
            if self._listing is None:
                end = self._rest.find(b"\n")
                if end < 0:
                    return complete
                self._listing = Listing(*orjson.loads(self._rest[:end]))
                del self._rest[: end + 1]
            if len(self._rest) < self._listing.size:
                return complete
            complete.append((self._listing, bytes(self._rest[: self._listing.size])))
            del self._rest[: self._listing.size]
            self._listing = None


class OnePage:
    """The encoding of one piece as its page."""

    def __init__(self) -> None:
        self._pieces = Pieces()

    def add(self, joined: bytes) -> bytes:
        """Take some bytes of the piece; return the page when it is complete."""
        return b"".join(page for _, page in self._pieces.take(joined))

    def end(self) -> bytes:
        """Return nothing: the page is complete."""
        return b""


class PagesInZip:
    """The encoding of pieces as a zip of their pages. Its memory does not grow: links and directory are spooled."""

    def __init__(self) -> None:
        self._pieces = Pieces()
        self._made = MadeBytes()
        self._zip = ZipWriter(self._made)
        self._links: BinaryIO = SpooledTemporaryFile(_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - closed by `end`
        self._links.write(INDEX_HEAD.encode())
        self._number = 0

    def add(self, joined: bytes) -> bytes:
        """Take some bytes of the pieces; return the bytes of the zip that are complete."""
        for listing, page in self._pieces.take(joined):
            self._number += 1
            name = f"{self._number:05d}-{listing.slug}.html"
            self._zip.add(name, page)
            date = f' <time datetime="{listing.date}">{listing.date[:10]}</time>' if listing.date else ""
            link = f"<a{attribute('href', name)}>{escape(listing.title)}</a>"
            self._links.write(clean_html(f"<li{listing.attributes}>{link}{date}</li>\n").encode())
        return self._made.take()

    def end(self) -> bytes:
        """Return the last bytes of the zip: the list of links, and the directory."""
        with self._links as links:
            links.write(INDEX_TAIL.encode())
            links.seek(0)
            self._zip.add_stream(INDEX, links)
        self._zip.end()
        return self._made.take()
