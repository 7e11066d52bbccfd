"""Uploads, over HTTP, against the whole service."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
import pytest

from tests.conftest import MAX_UPLOAD
from tests.running import Service, until
from tests.service.asking import problem
from tests.workers.archives.test_unpack import tarred, zipped

REQUEST = json.dumps({"formats": ["news-article"], "metadata": {"headline": "H", "language": "en"}})
LINES = b'{"id": "urn:x:1", "paragraphs": "One."}\n{"id": "urn:x:2", "paragraphs": "Two."}\n'
TABLE = b"id,body\r\nurn:x:1,One.\r\nurn:x:2,Two.\r\n"


def upload(client: httpx.Client, *files: tuple[str, bytes], request: str = REQUEST) -> dict[str, Any]:
    """Upload files and return the job when it has ended."""
    parts = [("file", file) for file in files]
    answer = client.post("/v1/jobs", files=parts, data={"request": request}, headers={"Prefer": "wait=60"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def ids(client: httpx.Client, job: dict[str, Any]) -> list[str]:
    value = client.get(job["files"][0]["href"]).json()
    return [node["@id"] for node in value.get("@graph", [value])]


def stored(service: Service) -> set[Path]:
    """Return every file in the store, including incomplete ones."""
    return {path for path in (service.data / "store").rglob("*") if path.is_file()}


@pytest.fixture
def nothing_left(service: Service) -> Iterator[None]:
    before = stored(service)
    yield
    assert until(lambda: stored(service) <= before), stored(service) - before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.jsonl.gz", gzip.compress(LINES, mtime=0)),
        ("a.csv", TABLE),
        ("a.csv.gz", gzip.compress(TABLE, mtime=0)),
        ("a.zip", zipped({"../../a.csv": TABLE})),
        ("a.tar.gz", gzip.compress(tarred({"/etc/a.jsonl": LINES}), mtime=0)),
    ],
)
def test_any_kind_of_upload_becomes_articles(client: httpx.Client, name: str, content: bytes) -> None:
    job = upload(client, (name, content))
    assert (job["status"], job["progress"]["done"]) == ("succeeded", 2)
    assert ids(client, job) == ["urn:x:1", "urn:x:2"]


def test_a_file_that_is_not_read_fails_beside_others(client: httpx.Client) -> None:
    job = upload(
        client, ("a.csv", TABLE), ("photo.jpg", b"\xff\xd8\xff\xe0"), ("b.zip", zipped({"c.rtf": b"{\\rtf1 A}"}))
    )
    assert (job["status"], job["progress"]["done"], job["progress"]["failed"]) == ("partial", 2, 2)
    errors = [orjson.loads(line) for line in client.get(f"/v1/jobs/{job['id']}/errors").text.splitlines()]
    named = {one["document"]: one["reason"].partition(",")[0] for one in errors}
    assert named == {"photo.jpg": "it is a picture", "c.rtf": "it is RTF"}


def test_files_none_of_which_is_read_are_refused_at_once(client: httpx.Client) -> None:
    files = [("file", ("a.pdf", b"%PDF-1.7\n")), ("file", ("b.rtf", b"{\\rtf1 A}")), ("file", ("c.txt", b""))]
    answer = client.post("/v1/jobs", files=files, data={"request": REQUEST})
    problem(answer, 422, "invalid-request")
    errors = answer.json()["errors"]
    assert [(one["pointer"], one["detail"].partition(",")[0]) for one in errors] == [
        ("/file/0", "a.pdf: it is a PDF document"),
        ("/file/1", "b.rtf: it is RTF"),
        ("/file/2", "c.txt: it is empty; choose the file that has the article"),
    ]


def test_many_files_are_one_job(client: httpx.Client) -> None:
    files = [(f"{number}.txt", b"Text %d." % number) for number in range(1500)]
    job = upload(client, *files)
    assert (job["status"], job["progress"]) == (
        "succeeded",
        {"done": 1500, "failed": 0, "duplicates": 0, "total": 1500},
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\texts\\a.txt", "a.txt"),
        ('a"b".txt', 'a"b".txt'),
        ("Zeitung ü 日本.txt", "Zeitung ü 日本.txt"),
        ("a\r\nb.txt", "ab.txt"),
        ("x" * 400, "x" * 255),
    ],
)
def test_the_name_of_a_file_is_a_label(client: httpx.Client, given: str, expected: str) -> None:
    answer = client.post(
        "/v1/jobs", files={"file": (given, b" ")}, data={"request": REQUEST}, headers={"Prefer": "wait=60"}
    )
    errors = client.get(f"/v1/jobs/{answer.json()['id']}/errors").text.splitlines()
    named = orjson.loads(errors[0])["document"]
    # A client may escape characters that a header cannot contain.
    assert named.replace("%22", '"').replace("%0D%0A", "").replace("%0A", "") == expected


def raw_part(disposition: bytes, content: bytes, *more: bytes) -> bytes:
    head = b"".join(b"%s\r\n" % line for line in (b"Content-Disposition: form-data; " + disposition, *more))
    return b"--B\r\n" + head + b"\r\n" + content + b"\r\n"


THE_REQUEST = raw_part(b'name="request"', REQUEST.encode())
A_FILE = raw_part(b'name="file"; filename="a.csv"', TABLE)


def post_parts(client: httpx.Client, *parts: bytes) -> httpx.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=B", "Prefer": "wait=60"}
    return client.post("/v1/jobs", content=b"".join(parts) + b"--B--\r\n", headers=headers)


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ([A_FILE, THE_REQUEST, THE_REQUEST], "The part request came 2 times"),
        (
            [A_FILE, THE_REQUEST, raw_part(b'name="request"; filename="r.json"', b"{}")],
            "The part request came 2 times",
        ),
        ([raw_part(b'name="file"', TABLE), THE_REQUEST], "A part file has no filename"),
        (
            [raw_part(b'name="file"; filename="a.csv"', b"QQ==", b"Content-Transfer-Encoding: base64"), THE_REQUEST],
            "the Content-Transfer-Encoding base64",
        ),
        (
            [A_FILE, raw_part(b'name="request"', b"e30=", b"Content-Transfer-Encoding: BASE64")],
            "the Content-Transfer-Encoding BASE64",
        ),
        ([raw_part(b'name="file"; filename="a\xfc.csv"', TABLE), THE_REQUEST], "not in UTF-8"),
        ([raw_part(b'name="file"; filename=""', b""), THE_REQUEST], "The part file is missing"),
        ([A_FILE, THE_REQUEST, raw_part(b"", b"")], "A part has no name"),
        ([A_FILE, THE_REQUEST.removesuffix(b"\r\n") + b" "], "it ends within a part, without the final boundary"),
    ],
    ids=[
        *("two requests", "a request as file too", "no filename", "base64", "base64 request", "Latin-1"),
        *("empty field", "no name", "no final boundary"),
    ],
)
def test_unclear_parts_are_refused_by_name(
    service: Service, client: httpx.Client, parts: list[bytes], named: str
) -> None:
    before = {path.name for path in (service.data / "store" / "jobs").glob("*")}
    answer = post_parts(client, *parts)
    problem(answer, 400, "malformed-request")
    assert named in answer.json()["detail"]
    assert {path.name for path in (service.data / "store" / "jobs").glob("*")} == before


LATIN_1 = "headline,text\r\nFähre,Sie fährt.\r\n".encode("latin-1")


def test_documents_and_requests_are_read_in_the_charset_of_their_media_type(client: httpx.Client) -> None:
    request = '{"formats": ["news-article"], "name": "Fähren"}'.encode("latin-1")
    in_latin_1 = b"Content-Type: text/csv; charset=ISO-8859-1"
    job = post_parts(
        client,
        raw_part(b'name="request"', request, b"Content-Type: text/plain; charset=ISO-8859-1"),
        raw_part(b'name="file"; filename="a.csv"', LATIN_1, in_latin_1),
        raw_part(b'name="file"; filename="b.csv"', LATIN_1.replace(b"Sie", b"Es"), in_latin_1),
    ).json()
    assert job["name"] == "Fähren"
    assert client.get(job["files"][0]["href"]).text.count("Fähre") == 2
    headers = {"Content-Type": "text/csv; charset=windows-1252"}
    assert "Fähre" in client.post("/v1/convert?to=news-article", content=LATIN_1, headers=headers).text


@pytest.mark.usefixtures("nothing_left")
def test_charsets_and_codings_that_are_not_read_are_named(client: httpx.Client) -> None:
    def part(media_type: bytes, name: bytes = b'name="file"; filename="a.csv"', more: bytes = b"X: Y") -> bytes:
        return raw_part(name, LATIN_1, b"Content-Type: " + media_type, more)

    for parts, named in (
        ([part(b"text/csv; charset=klingon"), THE_REQUEST], "klingon"),
        ([part(b"text/csv; charset=latin1"), A_FILE, THE_REQUEST], "the charsets cp1252, utf-8"),
        ([part(b"application/json; charset=latin1"), THE_REQUEST], "latin1"),
        ([part(b"text/csv", more=b"Content-Encoding: br"), THE_REQUEST], "A part has the Content-Encoding br"),
        ([A_FILE, part(b"text/plain; charset=utf-16", name=b'name="request"')], "utf-16"),
    ):
        answer = post_parts(client, *parts)
        problem(answer, 415, "unsupported-media-type")
        assert named in answer.json()["detail"]
    answer = post_parts(client, A_FILE, raw_part(b'name="request"', b'{"formats": ["csv"], "name": "F\xe4hren"}'))
    problem(answer, 400, "malformed-json")


def test_field_for_which_no_file_was_chosen_is_ignored(client: httpx.Client) -> None:
    empty = raw_part(b'name="file"; filename=""', b"", b"Content-Type: application/octet-stream")
    answer = post_parts(client, empty, A_FILE, empty, THE_REQUEST)
    assert (answer.status_code, answer.json()["progress"]["done"]) == (202, 2)


def test_harmless_transfer_encoding_is_read(client: httpx.Client) -> None:
    file = raw_part(b'name="file"; filename="a.csv"', TABLE, b"Content-Transfer-Encoding: binary")
    assert post_parts(client, file, THE_REQUEST).json()["progress"]["done"] == 2


@pytest.mark.parametrize("kind", ["text", "file"])
def test_the_part_request_may_stand_anywhere(client: httpx.Client, kind: str) -> None:
    described: Any = (None if kind == "text" else "request.json", REQUEST, "application/json")
    for parts in (
        [("file", ("a.csv", TABLE)), ("request", described)],
        [("request", described), ("file", ("a.csv", TABLE))],
    ):
        answer = client.post("/v1/jobs", files=parts, headers={"Prefer": "wait=60"})
        assert (answer.status_code, answer.json()["progress"]["done"]) == (202, 2)


def test_a_body_of_unknown_length_is_read_to_its_end(client: httpx.Client) -> None:
    request = client.build_request("POST", "/v1/jobs", files={"file": ("a.csv", TABLE)}, data={"request": REQUEST})
    body = request.read()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 50):
            yield body[start : start + 50]

    answer = client.post(
        "/v1/jobs",
        content=pieces(),
        headers={"Content-Type": request.headers["Content-Type"], "Prefer": "wait=60"},
    )
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert (answer.status_code, answer.json()["progress"]["done"]) == (202, 2)


@pytest.mark.usefixtures("nothing_left")
class TestRefused:
    def test_a_body_over_the_limit(self, client: httpx.Client) -> None:
        files = [("file", ("a.csv", TABLE)), ("file", ("b.txt", b"x" * MAX_UPLOAD))]
        problem(client.post("/v1/jobs", files=files, data={"request": REQUEST}), 413, "body-too-large")

    def test_a_body_of_unknown_length_over_the_limit(self, client: httpx.Client) -> None:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        answer = client.post(
            "/v1/jobs",
            content=iter([head, *[b"y" * 100_000] * 12, b"\r\n--x--\r\n"]),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        problem(answer, 413, "body-too-large")

    @pytest.mark.parametrize(
        ("parts", "status", "kind"),
        [
            ({"request": (None, REQUEST)}, 400, "malformed-request"),
            ({"file": ("a.csv", TABLE)}, 400, "malformed-request"),
            ({"file": ("a.csv", TABLE), "request": (None, REQUEST), "more": (None, "x")}, 400, "malformed-request"),
            ({"file": ("a.csv", TABLE), "request": (None, "{")}, 400, "malformed-json"),
            ({"file": ("a.csv", TABLE), "request": (None, "{}")}, 422, "invalid-request"),
            ({"file": ("a.pdf", b"%PDF-1.7\n"), "request": (None, REQUEST)}, 422, "invalid-request"),
        ],
    )
    def test_missing_and_unknown_parts(
        self, client: httpx.Client, parts: dict[str, Any], status: int, kind: str
    ) -> None:
        answer = client.post("/v1/jobs", files=parts)
        assert answer.status_code == status, answer.text
        assert answer.json()["type"] == f"/problems/{kind}"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"nothing of the kind",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ntext without an end',
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ntext\r\n--x\r\nContent-Dis',
        ],
    )
    def test_a_malformed_multipart_body(self, client: httpx.Client, body: bytes) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        problem(client.post("/v1/jobs", content=body, headers=headers), 400, "malformed-request")

    def test_a_client_that_disconnects(self, client: httpx.Client, service: Service) -> None:
        before = stored(service)
        address = urlsplit(service.base)
        head = (
            b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 900000\r\n\r\n"
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nwhole\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\n'
        )
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(head + b"x" * 300_000)
            assert until(lambda: stored(service) - before), "nothing has arrived"
        assert client.get("/v1/formats").status_code == 200


RAW = {"to": "news-article", "set.headline": "H", "set.provider.name": "P", "set.provider.uri": "urn:x:p"}


@pytest.mark.parametrize(
    ("media_type", "filename", "content"),
    [
        ("application/x-www-form-urlencoded", None, LINES),  # what curl --data-binary sends
        ("application/x-ndjson; charset=utf-8", None, LINES),
        ("text/csv", "a.csv", TABLE),
        ("application/json", "a.jsonl", LINES),
        ("application/gzip", None, gzip.compress(LINES, mtime=0)),
        ("application/zip", "a.zip", zipped({"a.csv": TABLE})),
    ],
)
def test_a_body_can_be_the_document(
    client: httpx.Client, media_type: str, filename: str | None, content: bytes
) -> None:
    params = RAW | ({"filename": filename} if filename else {})
    headers = {"Content-Type": media_type, "Prefer": "wait=60"}
    job = client.post("/v1/jobs", params=params, content=content, headers=headers).json()
    assert (job["status"], job["progress"]["done"]) == ("succeeded", 2)
    node = client.get(job["files"][0]["href"]).json()["@graph"][0]
    assert (node["headline"], node["publisher"]["name"], node["publisher"]["@id"]) == ("H", "P", "urn:x:p")


def test_the_media_type_or_the_name_tells_a_format_that_the_content_does_not(client: httpx.Client) -> None:
    def read_as(content: bytes, media_type: str, **headers: str) -> str:
        headers |= {"Content-Type": media_type, "Prefer": "wait=60"}
        job = client.post("/v1/jobs?to=csv&set.headline=H", content=content, headers=headers).json()
        [error] = client.get(f"/v1/jobs/{job['id']}/errors").text.splitlines()
        return str(orjson.loads(error)["reason"])

    one_column = b"colour\r\nred\r\n"
    assert "column" in read_as(one_column, "text/csv")
    disposition = {"Content-Disposition": "attachment; filename*=UTF-8''farben%20%C3%BC.csv"}
    assert "column" in read_as(one_column, "application/octet-stream", **disposition)


RUSSIAN = "headline,paragraphs\nПривет,Мир и люди.\n"


def headline_of(client: httpx.Client, job: dict[str, Any]) -> str:
    assert job["status"] == "succeeded"
    return str(client.get(job["files"][0]["href"]).json()["headline"])


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("koi8-r", RUSSIAN.encode("koi8-r")),
        ('"Windows-1251"', RUSSIAN.encode("cp1251")),
        ("utf-16le", RUSSIAN.encode("utf-16-le")),
        # The bytes say that the charset is wrong.
        ("iso-8859-1", RUSSIAN.encode()),
        ("iso-8859-1", RUSSIAN.encode("utf-16")),
        ("us-ascii", RUSSIAN.encode()),
    ],
)
def test_the_charset_of_a_document_is_its_encoding(client: httpx.Client, charset: str, content: bytes) -> None:
    headers = {"Content-Type": f"text/csv; charset={charset}", "Prefer": "wait=60"}
    job = client.post("/v1/jobs?to=articles-json", content=content, headers=headers).json()
    assert headline_of(client, job) == "Привет"
    [column, _] = client.post("/v1/inspect", content=content, headers=headers).json()["table"]["columns"]
    assert column["values"] == ["Привет"]
    parts: Any = [("file", ("a.csv", content, headers["Content-Type"]))]
    job = client.post("/v1/jobs?to=articles-json", files=parts, headers={"Prefer": "wait=60"}).json()
    assert headline_of(client, job) == "Привет"


def test_the_charset_of_a_page_is_its_encoding(client: httpx.Client) -> None:
    page = "<article><h1>Привет</h1><p>Мир и люди говорят, что мир и люди есть.</p></article>"
    for charset, content in (("koi8-r", page.encode("koi8-r")), ("iso-8859-1", page.encode())):
        headers = {"Content-Type": f"text/html; charset={charset}", "Prefer": "wait=60"}
        job = client.post("/v1/jobs?to=articles-json", content=content, headers=headers).json()
        assert headline_of(client, job) == "Привет"


def test_a_stated_encoding_comes_before_the_charset(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/csv; charset=koi8-r", "Prefer": "wait=60"}
    params = {"to": "articles-json", "read.encoding": "cp1251"}
    job = client.post("/v1/jobs", params=params, content=RUSSIAN.encode("cp1251"), headers=headers).json()
    assert headline_of(client, job) == "Привет"


def test_a_query_that_is_not_utf_8_is_refused(client: httpx.Client) -> None:
    for address in ("/v1/jobs?to=csv&set.headline=%E4", "/v1/convert?to=csv&name=%FF", "/v1/inspect?filename=%E4"):
        answer = client.post(address, content=b"A text.")
        problem(answer, 400, "malformed-request")
        assert "not in UTF-8" in answer.json()["detail"]
    assert client.post("/v1/jobs?to=csv&set.headline=%C3%A4", content=b"A text.").status_code == 202


def test_a_part_request_and_the_url_make_one_request(client: httpx.Client) -> None:
    parts = {"file": ("a.jsonl", LINES)}
    body = {"request": json.dumps({"formats": ["csv"], "metadata": {"language": "de", "headline": "Part"}})}
    params = {"to": "news-article", "set.headline": "Url"}
    headers = {"Prefer": "wait=60"}
    job = client.post("/v1/jobs", params=params, files=parts, data=body, headers=headers).json()
    assert job["formats"] == ["news-article"]
    node = client.get(job["files"][0]["href"]).json()["@graph"][0]
    assert (node["headline"], node["inLanguage"]) == ("Url", "de")
    without_part = client.post("/v1/jobs", params=params, files=parts, headers=headers)
    assert without_part.json()["status"] == "succeeded"


def test_a_fault_in_the_url_names_its_parameter(client: httpx.Client) -> None:
    misshapen = {"to": "csv", "read.zone": "Mars", "split": "0", "on_error": "stop"}
    found = problem(client.post("/v1/jobs", params=misshapen, content=LINES), 422, "invalid-request")
    assert set(found) == {"read.zone", "split", "on_error"}
    unknown = {"to": ["csv", "cvs"], "set.languag": "en", "from": "pdf"}
    found = problem(client.post("/v1/jobs", params=unknown, content=LINES), 422, "invalid-request")
    assert set(found) == {"to", "set.languag", "from"}
    assert "did you mean 'csv'" in found["to"]
    found = problem(client.post("/v1/jobs", params={"option.profile": "x"}, content=LINES), 400, "malformed-request")
    assert "option.FORMAT.NAME" in found["option.profile"]
    assert set(problem(client.post("/v1/jobs?split=2", content=LINES), 422, "invalid-request")) == {"to"}


@pytest.mark.parametrize("split", [None, 1, 2])
@pytest.mark.parametrize("content", [LINES, LINES[: LINES.index(b"\n") + 1]])
def test_files_are_named_after_the_source_if_asked(client: httpx.Client, split: int | None, content: bytes) -> None:
    wanted = {"formats": ["csv", "articles-json"], "names": "source"} | ({"split": split} if split else {})
    job = upload(client, ("Lokales/Über uns.ndjson", content), request=json.dumps(wanted))
    expected = {
        None: {"Über-uns.csv", "Über-uns.paragraphs.csv", "Über-uns.media.csv", "Über-uns.csv-metadata.json"},
        1: {"Über-uns.csv.zip"},
        2: {"Über-uns-00001.csv", "Über-uns-00001.paragraphs.csv", "Über-uns-00001.media.csv"},
    }[split]
    assert expected < {file["name"] for file in job["files"]}
    for file in job["files"]:
        assert file["href"] == f"/v1/jobs/{job['id']}/files/{quote(file['name'])}"
        answer = client.get(file["href"])
        assert (answer.status_code, len(answer.content)) == (200, file["size"])
        if file["name"].endswith("csv-metadata.json"):
            assert answer.json()["tables"][0]["url"] == min(expected, key=len)
    assert client.get(f"/v1/jobs/{job['id']}/files.zip").status_code == 200


def test_files_of_several_sources_have_the_usual_names(client: httpx.Client) -> None:
    wanted = json.dumps({"formats": ["articles-json"], "names": "source"})
    job = upload(client, ("a.ndjson", LINES), ("b.txt", b"Text."), request=wanted)
    assert [file["name"] for file in job["files"]] == ["articles.ndjson"]
    errors = upload(client, ("errors.txt", b"Text."), request=wanted)
    assert [file["name"] for file in errors["files"]] == ["errors-source.ndjson"]


def test_an_empty_body_and_one_that_broke_off_are_refused(client: httpx.Client, nothing_left: None) -> None:
    assert "empty" in client.post("/v1/jobs?to=csv", content=b"").json()["detail"]
    assert client.post("/v1/jobs?to=csv", content=b"x" * (MAX_UPLOAD + 1)).status_code == 413


def test_a_repeated_document_is_one_job(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "raw-1"}
    first, again = (client.post("/v1/jobs?to=csv", content=LINES, headers=headers).json()["id"] for _ in range(2))
    assert first == again
    problem(client.post("/v1/jobs?to=csv", content=TABLE, headers=headers), 422, "key-reused")
