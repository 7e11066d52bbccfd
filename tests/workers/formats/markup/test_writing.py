"""Blocks as XHTML and NITF: whole, valid, and the same when they are read back."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from lxml import etree

from schemas.article.body import (
    Block,
)
from schemas.ledger import Ledger
from tests.reference import REFERENCE
from tests.strategies import blocks
from tests.workers.formats.markup.blocks import normal_form
from workers.formats.markup import read_blocks, reduce_for_nitf, write_nitf, write_xhtml

NITF = "http://iptc.org/std/NITF/2006-10-18/"


def from_xhtml(content: str) -> tuple[tuple[Block, ...], Ledger]:
    root = etree.fromstring(f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{content}</body></html>')
    ledger = Ledger()
    return read_blocks(root[0], ledger, "body", verbatim=True), ledger


def from_nitf(content: str) -> tuple[tuple[Block, ...], Ledger]:
    root = etree.fromstring(f'<body.content xmlns="{NITF}">{content}</body.content>')
    ledger = Ledger()
    return read_blocks(root, ledger, "body.content", verbatim=True), ledger


@given(blocks())
def test_blocks_written_as_xhtml_read_back_the_same(written: tuple[Block, ...]) -> None:
    read, ledger = from_xhtml(write_xhtml(written))
    assert read == normal_form(written)
    assert ledger.entries == []


@given(blocks())
def test_blocks_written_as_nitf_read_back_as_what_nitf_holds(written: tuple[Block, ...]) -> None:
    read, ledger = from_nitf(write_nitf(written))
    held, lost = reduce_for_nitf(written)
    assert read == normal_form(held)
    assert ledger.entries == []
    assert lost or normal_form(held) == normal_form(written)


@cache
def nitf_schema() -> etree.XMLSchema:
    schema = etree.parse(REFERENCE / "nitf" / "nitf-3-6.xsd")
    # The address of the schema of xml:lang is one on the web.
    for imported in schema.getroot().iter("{http://www.w3.org/2001/XMLSchema}import"):
        imported.set("schemaLocation", (REFERENCE / "newsml-g2" / "xml.xsd").as_uri())
    return etree.XMLSchema(schema)


@pytest.mark.skipif(not (REFERENCE / "nitf").is_dir(), reason="the schema of NITF is not here")
@given(blocks())
def test_nitf_is_valid_by_its_schema(written: tuple[Block, ...]) -> None:
    document = f'<nitf xmlns="{NITF}"><body><body.content>{write_nitf(written)}</body.content></body></nitf>'
    nitf_schema().assertValid(etree.fromstring(document))
