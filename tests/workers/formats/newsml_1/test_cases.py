"""The case of tests/cases/nitf-and-others that is NewsML 1."""

from __future__ import annotations

from tests.cases import export_case


def test_an_item_is_read() -> None:
    found = export_case("nitf-and-others/newsml-1-root.xml")
    article = found.article
    assert not found.failed
    assert (article.headline, article.published) == ("Ferry service returns", "2024-03-01T08:00:00Z")
    assert (article.status, article.paragraphs) == ("usable", ("The ferry left at nine.",))
    assert [(one.path, one.value) for one in found.ledgers[0] if one.outcome != "kept"] == [
        ("Identification/NewsIdentifier/RevisionId/@PreviousRevision", "0")
    ]
