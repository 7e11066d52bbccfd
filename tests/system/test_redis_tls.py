"""A Redis by TLS, with verified certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.brokers import PASSWORD, RedisServer, certificate_in, tls_before, worker_says
from tests.running import needs_proc, service_at
from tests.system.serving import make_a_job

pytestmark = needs_proc


def test_by_tls_with_one_url_for_jobs_and_messages(redis_server: RedisServer, tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(redis_server.port, certificate) as port:
        url = f"rediss://:{PASSWORD}@localhost:{port}/4?ssl_ca_certs={certificate.certificate}"
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=url) as service:
            make_a_job(service)


@pytest.mark.parametrize(
    ("host", "parameters"),
    [("localhost", ""), ("127.0.0.1", "?ssl_ca_certs={ca}"), ("localhost", "?ssl_cert_reqs=optional")],
    ids=["a self-signed certificate", "a certificate for another name", "optional is not none"],
)
def test_untrusted_certificate_is_refused(
    redis_server: RedisServer, tmp_path: Path, host: str, parameters: str
) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(redis_server.port, certificate) as port:
        url = f"rediss://:{PASSWORD}@{host}:{port}/5{parameters.format(ca=certificate.certificate)}"
        said = worker_says("Trying again", tmp_path, NEWSMILL_REDIS_URL=url)
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert "Connected to" not in said
