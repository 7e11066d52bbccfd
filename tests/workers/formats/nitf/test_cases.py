"""The case of tests/cases/nitf-and-others that is a NITF document of its own."""

from __future__ import annotations

from schemas.article import Byline
from tests.cases import export_case


def test_a_document_of_its_own_is_read() -> None:
    found = export_case("nitf-and-others/nitf-root.xml")
    article = found.article
    assert not found.failed
    assert (article.headline, article.published, article.urgency) == (
        "Ferry service returns",
        "2024-03-01T08:00:00Z",
        3,
    )
    assert article.bylines == (Byline(name="Nora Field", job_title="Staff writer", type="person"),)
    assert article.paragraphs == ("The ferry left at nine.", "It came back.")
    assert {entry.outcome for entry in found.ledgers[0]} == {"kept"}
