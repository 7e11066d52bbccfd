"""The three forms of NewsArticle as linked data, by two processors of JSON-LD."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pyld import jsonld

from benchmarks.web_writers import full_article, seed_article
from schemas.article import Article
from schemas.article.model import Kind
from schemas.conversion import Conversion
from tests.field_table import EVERYTHING
from tests.reference import REFERENCE, needs_reference
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import NewsArticleWriter

CONTEXT = REFERENCE / "news-article" / "schemaorgcontext.jsonld"

ARTICLES = [
    seed_article(),
    full_article(),
    replace(full_article(), id="tag:x", usage_terms="No.", signal=None),
    *(replace(EVERYTHING, id=f"tag:{kind}", kind=kind) for kind in get_args(Kind)),
]


def written(many: list[Article], *, lines: bool = False) -> bytes:
    writer = NewsArticleWriter(Conversion(at="2024-11-08T16:30:00Z"), NewsArticleOptions(lines=lines))
    frame = writer.frame(writer.files[0], len(many))
    return frame.head + frame.between.join(writer.pieces(article)[0] for article in many) + frame.tail


def forms() -> dict[str, Any]:
    """The same articles: a document each, a graph, and lines."""
    return {
        "single": [json.loads(written([article])) for article in ARTICLES],
        "graph": json.loads(written(ARTICLES)),
        "lines": [json.loads(line) for line in written(ARTICLES, lines=True).splitlines()],
    }


@cache
def _context() -> Any:
    return json.loads(CONTEXT.read_bytes())


def _load(url: str, options: Any) -> dict[str, Any]:
    assert url == "https://schema.org"
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _context()}


def hash_by_pyld(document: Any) -> str:
    """The SHA-256 of a document's canonical N-Quads (RDF Dataset Canonicalization: URDNA2015)."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    return hashlib.sha256(jsonld.normalize(document, options).encode()).hexdigest()


@needs_reference
def test_all_forms_state_the_same_facts() -> None:
    hashes = {form: hash_by_pyld(document) for form, document in forms().items()}
    assert len(set(hashes.values())) == 1
    assert hash_by_pyld(json.loads(written(ARTICLES[:2]))) != hashes["graph"]


@needs_reference
@pytest.mark.parametrize("form", ["single", "graph", "lines"])
def test_linked_data_keeps_every_written_value(form: str) -> None:
    dropped: list[str | None] = []
    expanded = jsonld.expand(forms()[form], {"documentLoader": _load}, on_property_dropped=dropped.append)
    assert dropped == []
    assert [node["@id"] for node in expanded] == [article.id for article in ARTICLES]


@needs_reference
def test_name_unknown_to_linked_data_is_found() -> None:
    dropped: list[str | None] = []
    unknown = json.loads(written(ARTICLES[:1])) | {"@context": {"headline": "http://schema.org/headline"}}
    jsonld.expand(unknown, {"documentLoader": _load}, on_property_dropped=dropped.append)
    assert "articleBody" in dropped


_SCRIPT = """
const jsonld = require('jsonld');
const {createHash} = require('crypto');
const {context, forms} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const documentLoader = async url => {
  if (url !== 'https://schema.org') throw new Error(`asked for ${url}`);
  return {contextUrl: null, documentUrl: url, document: context};
};
(async () => {
  const hashes = {};
  for (const [form, document] of Object.entries(forms)) {
    // Safe mode fails on any loss.
    const nquads = await jsonld.canonize(document,
      {algorithm: 'URDNA2015', format: 'application/n-quads', documentLoader, safe: true});
    hashes[form] = createHash('sha256').update(nquads).digest('hex');
  }
  console.log(JSON.stringify(hashes));
})().catch(error => { console.error(error); process.exit(1); });
"""


def _node_modules() -> str | None:
    """Where the npm package jsonld is: NODE_PATH, or node_modules beside the tests."""
    beside = str(Path(__file__).resolve().parents[4] / "node_modules")
    places = [*os.environ.get("NODE_PATH", "").split(os.pathsep), beside]
    return next((place for place in places if place and Path(place, "jsonld", "package.json").is_file()), None)


needs_jsonld_js = pytest.mark.skipif(
    shutil.which("node") is None or _node_modules() is None,
    reason="needs node and jsonld.js: npm install --no-save jsonld@9.0.0, or NODE_PATH",
)


@needs_reference
@needs_jsonld_js
def test_jsonld_js_finds_the_same_facts_and_loses_none() -> None:
    done = subprocess.run(
        [str(shutil.which("node")), "-e", _SCRIPT],
        input=json.dumps({"context": _context(), "forms": forms()}),
        env={"PATH": os.environ.get("PATH", ""), "NODE_PATH": _node_modules() or ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    hashes = json.loads(done.stdout)
    assert hashes == {form: hash_by_pyld(document) for form, document in forms().items()}
