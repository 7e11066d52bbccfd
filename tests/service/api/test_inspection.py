"""POST /v1/inspect: what a document is, before it is converted."""

from __future__ import annotations

import httpx


def test_columns_of_a_table(client: httpx.Client) -> None:
    body = "Kopf|Text\nFähre|Sie fährt.\n".encode("cp1252")
    answer = client.post("/v1/inspect?filename=a.csv&read.delimiter=|&read.encoding=cp1252", content=body)
    assert answer.status_code == 200
    assert answer.json() == {
        "format": "csv",
        "name": "CSV",
        "archive": False,
        "table": {
            "name": "a.csv",
            "keys": False,
            "encoding": "cp1252",
            "guessed": False,
            "delimiter": "|",
            "columns": [
                {"name": "Kopf", "values": ["Fähre"], "known_for": []},
                {"name": "Text", "values": ["Sie fährt."], "field": "paragraphs", "known_for": ["paragraphs"]},
            ],
        },
    }


def test_table_is_read_in_the_charset_of_its_media_type(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/csv; charset=windows-1252"}
    answer = client.post("/v1/inspect", content="Kopf,Text\nFähre,Sie fährt.\n".encode("cp1252"), headers=headers)
    assert answer.json()["table"]["columns"][0]["values"] == ["Fähre"]


def test_wrong_parameters_are_named(client: httpx.Client) -> None:
    assert client.post("/v1/inspect", content=b"").status_code == 400
    wrong = client.post("/v1/inspect?part=perhaps", content=b"x")
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (400, "part")
    unknown = client.post("/v1/inspect?read.encoding=utf-99", content=b"x")
    assert (unknown.status_code, unknown.json()["errors"][0]["parameter"]) == (422, "read.encoding")
