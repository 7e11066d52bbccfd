"""A newsItem that keeps every rule and has everything that a rule is about; and messages of such items."""

from __future__ import annotations

import io
from collections.abc import Iterable

from schemas.article.newscodes import catalog_url
from schemas.errors import FileFault
from workers.formats.newsml_g2.checks.documents import check_newsml

NAR = "http://iptc.org/std/nar/2006-10-01/"

ITEM = f"""<newsItem xmlns="{NAR}" guid="tag:example.com,2024:story" version="2" standard="NewsML-G2" \
standardversion="2.35" conformance="power" xml:lang="en">
  <catalogRef href="{catalog_url()}"/>
  <catalog>
    <scheme alias="exsys" uri="https://cv.example.com/system/"/>
  </catalog>
  <rightsInfo scope="riscope:content">
    <copyrightHolder uri="https://www.example.com/"><name>Example</name></copyrightHolder>
  </rightsInfo>
  <itemMeta>
    <itemClass qcode="ninat:text" uri="http://cv.iptc.org/newscodes/ninature/text"/>
    <provider uri="https://www.example.com/"><name>Example</name></provider>
    <versionCreated>2024-11-08T16:30:00Z</versionCreated>
    <firstCreated>2024-11-07T16:30:00Z</firstCreated>
    <embargoed>2024-11-09T00:00:00Z</embargoed>
    <pubStatus qcode="stat:usable"/>
    <edNote>The second paragraph is new.</edNote>
    <signal qcode="sig:update"/>
    <link rel="irel:seeAlso" href="https://www.example.com/story" contenttype="text/html"/>
  </itemMeta>
  <contentMeta>
    <contentCreated>2024-11-07</contentCreated>
    <contentModified>2024-11-08T12:00:00+01:00</contentModified>
    <located qcode="iso3166-1a2:AT"/>
    <language tag="en"/>
    <genre><name>Current</name></genre>
    <subject type="cpnat:abstract" qcode="medtop:20000350" creator="exsys:tagger" how="howextr:tool" \
why="why:direct" confidence="94"><broader qcode="medtop:20000346"/></subject>
    <subject type="cpnat:abstract" qcode="medtop:20000346" creator="exsys:tagger" how="howextr:tool" \
why="why:ancestor"/>
    <subject type="cpnat:person" literal="elena-marsh"><name>Elena Marsh</name></subject>
    <headline id="head">Two paragraphs</headline>
  </contentMeta>
  <assert literal="elena-marsh"><type qcode="cpnat:person"/><name>Elena Marsh</name></assert>
  <derivedFromValue sourceidref="body" idrefs="head"/>
  <contentSet>
    <inlineXML id="body" contenttype="application/xhtml+xml" wordcount="5" charcount="26">
      <html xmlns="http://www.w3.org/1999/xhtml">
        <head><title>Two paragraphs</title></head>
        <body>
          <p>The <em>first</em> one.</p>
          <p>Another one.</p>
        </body>
      </html>
    </inlineXML>
  </contentSet>
</newsItem>
"""


def changed(old: str, new: str, document: str = ITEM) -> str:
    """The document with one text in it changed, which has to be there once."""
    assert document.count(old) == 1, f"{old!r} is there {document.count(old)} times"
    return document.replace(old, new)


def message(*items: str, header: str = "<header><sent>2024-11-08T16:30:00Z</sent></header>") -> str:
    """A newsMessage of items."""
    return f'<newsMessage xmlns="{NAR}">\n{header}\n<itemSet>\n{"".join(items)}</itemSet>\n</newsMessage>\n'


def faults(document: str | bytes, version: str | None = None) -> list[FileFault]:
    """Every fault of a document."""
    stream = io.BytesIO(document.encode() if isinstance(document, str) else document)
    return list(check_newsml(stream, "story.xml", version))


def broken(found: Iterable[FileFault], severity: str = "error") -> set[str]:
    """The rules that were broken."""
    return {fault.rule for fault in found if fault.severity == severity}
