"""A bundle returns the files that were put in."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from workers.chunked.chunks import Bundled, add_to_bundle, read_bundle

DOCUMENTS = st.builds(
    Bundled, name=st.none() | st.text(), reader=st.none() | st.just("text"), content=st.binary(max_size=50)
)


@given(st.lists(DOCUMENTS))
def test_documents_are_read_as_they_were_added(documents: list[Bundled]) -> None:
    stream = BytesIO()
    for document in documents:
        add_to_bundle(stream, document)
    stream.seek(0)
    assert list(read_bundle(stream)) == documents
