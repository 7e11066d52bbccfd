"""Idempotency keys: a request that is sent twice makes one job.

One script writes the key and the record of its job, so that neither is there without the other, and a request that
was refused has not used its key. A key is kept for a day, or until its job is deleted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """An idempotency key with its request.

    Args:
        owner: the caller; two callers may use the same key.
        value: the key.
        digest: the SHA-256 of the request's content.
    """

    owner: str
    value: str
    digest: str
    name: str = field(init=False)
    """A digest of owner and value, which keeps both unreadable.

    It has less than 64 bytes, so that the record which names it stays small (schemas.jobs.packed_fields).
    """

    def __post_init__(self) -> None:
        whole = f"{len(self.owner)} {self.owner} {self.value}".encode()
        object.__setattr__(self, "name", hashlib.sha256(whole).hexdigest()[:40])
