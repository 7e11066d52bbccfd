"""newsmill behind nginx with TLS, at a path, with the configuration that docs/security.md shows."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import orjson
import pytest

from service.client.client import Client, Upload
from tests.parts import free_port
from tests.receivers import answer, receiving
from tests.running import ROOT, Service, needs_proc, until
from tests.service.keyed import ALICE, keyed_service

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
OPENSSL = shutil.which("openssl")

pytestmark = [
    needs_proc,
    pytest.mark.skipif(NGINX is None, reason="needs nginx: apt-get install nginx-light"),
    pytest.mark.skipif(OPENSSL is None, reason="needs openssl: apt-get install openssl"),
]


@dataclass(frozen=True, slots=True)
class Published:
    """A service and the address under which nginx publishes it."""

    service: Service
    origin: str
    certificate: Path

    @property
    def base(self) -> str:
        return f"{self.origin}/newsmill"

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.origin,
            headers={"Authorization": f"Bearer {ALICE}"},
            verify=ssl.create_default_context(cafile=str(self.certificate)),
            timeout=60,
        )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key, port = folder / "newsmill.pem", folder / "newsmill.key", free_port()
    self_signed = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    command = [str(OPENSSL), *self_signed.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    given = {"NEWSMILL_BASE_PATH": "/newsmill", "NEWSMILL_TRUSTED_PROXIES": "127.0.0.1"}
    with keyed_service(folder / "data", NEWSMILL_CALLBACK_ALLOW="127.0.0.1", **given) as service:
        block = documented()
        for shown, actual in (
            ("127.0.0.1:8080", service.base.removeprefix("http://")),
            ("443", f"127.0.0.1:{port}"),
            ("news.example.com", "localhost"),
            ("/etc/nginx/", f"{folder}/"),
            ("/var/log/nginx/", f"{folder}/"),
        ):
            assert shown in block
            block = block.replace(shown, actual)
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{\n{temporary}{block}\n}}\n"
        )
        nginx = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/error.log"])
        here = Published(service, f"https://localhost:{port}", certificate)
        try:
            with here.client() as client:
                assert until(lambda: nginx.poll() is not None or answers(client))
                assert nginx.poll() is None, (folder / "error.log").read_text()
            yield here
        finally:
            nginx.terminate()
            nginx.wait(90)


def documented() -> str:
    [block] = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "security.md").read_text(), re.DOTALL)
    return str(block)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/newsmill/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_page_and_all_that_it_loads_are_below_the_path(published: Published) -> None:
    with published.client() as client:
        for page in ("/newsmill/", "/newsmill/docs"):
            html = client.get(page).raise_for_status().text
            found = re.findall(r'(?:href|src)="([^"#]+)"', html)
            assert found
            for address in found:
                assert client.get(urljoin(f"{published.origin}{page}", address)).status_code == 200, address
        described = client.get("/newsmill/openapi.json").json()
        assert described["servers"] == [{"url": "/newsmill"}]


def test_addresses_in_responses_are_below_the_path(published: Published) -> None:
    with published.client() as client:
        body = {"source": {"seeds": "*"}, "formats": ["csv"]}
        posted = client.post("/newsmill/v1/jobs", json=body, headers={"Prefer": "wait=60"})
        assert posted.status_code == 202, posted.text
        assert client.get(posted.headers["Location"]).json()["status"] == "succeeded"
        job = posted.json()
        for file in job["files"]:
            assert client.get(file["href"]).status_code == 200
        another = client.post("/newsmill/v1/jobs", json=body)
        assert another.status_code == 202
        page = client.get("/newsmill/v1/jobs", params={"limit": 1})
        assert client.get(page.links["next"]["url"]).status_code == 200
        [link, *_] = client.post(f"/newsmill/v1/jobs/{job['id']}/links").json()["links"]
        assert client.get(link["href"], headers={"Authorization": ""}).status_code == 200
        with client.stream("GET", f"/newsmill/v1/jobs/{job['id']}/events") as events:
            [data] = [line for line in events.iter_lines() if line.startswith("data: ")]
        assert orjson.loads(data.removeprefix("data: "))["files"] == job["files"]


def test_trusted_proxy_of_this_machine_states_another_path(published: Published) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Prefix": "/elsewhere"}
    body = {"source": {"text": "One."}, "formats": ["csv"]}
    headers = {"Authorization": f"Bearer {ALICE}"} | forwarded
    posted = httpx.post(f"{published.service.base}/v1/jobs", json=body, headers=headers, timeout=60)
    assert posted.headers["Location"].startswith("/elsewhere/v1/jobs/")


def test_types_of_problems_are_addresses_below_the_path(published: Published) -> None:
    with published.client() as client:
        missing = client.get("/newsmill/v1/jobs/none").json()
        refused = client.get("/newsmill/v1/jobs", headers={"Authorization": ""}).json()
        headers = {"Prefer": "wait=60", "Content-Type": "application/x-ndjson"}
        failed = client.post("/newsmill/v1/jobs?to=csv", content=b'{"headline": "No text"}\n', headers=headers).json()
        for problem in (missing, refused, failed["error"]):
            assert client.get(problem["type"]).raise_for_status().text.startswith(problem["title"])


def test_client_cannot_state_the_path(published: Published) -> None:
    forged = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    with published.client() as client:
        described = client.get("/newsmill/openapi.json", headers=forged)
        assert described.json()["servers"] == [{"url": "/newsmill"}]
        assert "evil" not in client.get("/newsmill/", headers=forged).text


def test_callback_has_addresses_below_the_path(published: Published) -> None:
    with receiving(answer(204)) as target, published.client() as client:
        body: dict[str, Any] = {"source": {"text": "One."}, "formats": ["csv"], "callback": {"url": target.url()}}
        assert client.post("/newsmill/v1/jobs", json=body).status_code == 202
        assert until(lambda: target.received)
        for file in orjson.loads(target.received[0].body)["data"]["files"]:
            assert client.get(file["href"]).status_code == 200


def test_command_line_s_client_uploads_and_downloads(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(published.certificate))
    source = tmp_path / "a.txt"
    source.write_text("One.\n\nTwo.")
    with Client(published.base, key=ALICE) as client:
        job = client.wait(client.submit([Upload.of_path(source)], formats=["csv"]).id)
        assert job.status == "succeeded"
        assert {path.name for path in client.download(job, tmp_path / "out")} == {file.name for file in job.files}


def test_browser_s_post_from_the_published_origin_is_its_own(published: Published) -> None:
    with published.client() as client:
        answer = client.post("/newsmill/v1/jobs", json={}, headers={"Origin": published.origin})
        assert answer.status_code == 422


def test_probes_need_no_path_without_the_proxy(published: Published) -> None:
    for path in ("/healthz", "/newsmill/healthz"):
        assert httpx.get(f"{published.service.base}{path}").status_code == 200


def test_log_of_nginx_has_no_signature(published: Published) -> None:
    log = (published.certificate.parent / "newsmill.log").read_text()
    assert "/newsmill/v1/jobs" in log
    assert "signature=" not in log
