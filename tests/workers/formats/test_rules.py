"""The table of rules of each format: complete, and each rule tested."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from schemas.formats import Format
from workers.formats import FORMATS

_ROOT = Path(__file__).resolve().parents[3]
_FORMATS = _ROOT / "workers" / "formats"
# Folders that formats share: several formats list their rules.
_SHARED = ("xml", "json", "markup", "schema_org", "pages")
_CHECKED = list(FORMATS.checkable)


@cache
def _texts(folder: Path) -> tuple[tuple[Path, str], ...]:
    return tuple(
        (path, node.value)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _prefixes(format_: Format) -> str:
    return "|".join(sorted({rule.id.partition("-")[0] for rule in format_.rules}))


@pytest.mark.parametrize("format_", _CHECKED, ids=lambda format_: format_.id)
def test_rule_table_has_exactly_the_reported_rules(format_: Format) -> None:
    # An id is a prefix and names. One without a dash, such as "csvw", is known only by its table.
    form = re.compile(rf"(?:{_prefixes(format_)})(?:-[a-z0-9]+)+")
    folder = _FORMATS / format_.id.replace("-", "_")
    reported = {text for path, text in _texts(folder) if path.name != "rules.py"}
    reported -= {format_.id, *format_.extensions}
    shared = {text for name in _SHARED for path, text in _texts(_FORMATS / name) if path.name != "rules.py"}
    stated = {rule.id for rule in format_.rules}
    assert {text for text in reported if form.fullmatch(text)} - stated == set(), (
        "rules that are reported and stand in no table"
    )
    assert stated - reported - shared == set(), "rules of the table that nothing reports"


@pytest.mark.parametrize("format_", _CHECKED, ids=lambda format_: format_.id)
def test_every_rule_has_a_sentence_a_reference_and_a_test(format_: Format) -> None:
    assert len({rule.id for rule in format_.rules}) == len(format_.rules)
    tested = {text for _, text in _texts(Path(__file__).parent)}
    for rule in format_.rules:
        assert rule.sentence, rule.id
        assert not rule.sentence.endswith("."), rule.id
        assert rule.reference, rule.id
        assert any(rule.id in text for text in tested), f"no test names {rule.id}"
