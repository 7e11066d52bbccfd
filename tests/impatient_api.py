"""The API with short bounds on slow clients, and few uploads at a time: python -m tests.impatient_api"""

from __future__ import annotations

from schemas.settings import load_settings
from service.runtime import http_server, wsgi_bridge

UPLOADS_OF_ONE = 2

if __name__ == "__main__":
    for module, name, short in (
        (http_server, "HEAD_WITHIN", 0.4),
        (http_server, "SENT_WITHIN", 0.4),
        (wsgi_bridge, "STALLED", 1.0),
        (wsgi_bridge, "UPLOADS_OF_ONE", UPLOADS_OF_ONE),
        (wsgi_bridge, "UPLOADS", 3),
    ):
        setattr(module, name, short)
    http_server.run_http(load_settings())
