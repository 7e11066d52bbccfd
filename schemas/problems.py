"""Problem types: the errors of the API and of jobs (RFC 9457), as data. Each type has a stable slug and a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """A kind of problem.

    Args:
        slug: its stable name, the last part of its URI.
        status: the HTTP status of a response that has this problem: 4xx is a fault of the request, 5xx of the service.
        title: what went wrong, in a few words.
        advice: what it means and what to do, in one or two sentences.
        headers: the response headers that say more.
    """

    slug: str
    status: int
    title: str
    advice: str
    headers: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """The `type` of the problem: a reference to the page that explains it."""
        return f"/problems/{self.slug}"


_ALL: Final = (
    ProblemType(
        slug="malformed-json",
        status=400,
        title="The body is not JSON",
        advice="The detail names the line and the column of the error. Send JSON in UTF-8.",
    ),
    ProblemType(
        slug="malformed-request",
        status=400,
        title="The request is malformed",
        advice="The detail names the part of the request and the error. Correct it and send the request again.",
    ),
    ProblemType(
        slug="unauthorized",
        status=401,
        title="A key is needed",
        advice="Send a key in the header Authorization, as `Bearer KEY`. The operator of the service issues keys.",
        headers=("WWW-Authenticate",),
    ),
    ProblemType(
        slug="cross-site",
        status=403,
        title="Requests from other sites are not allowed",
        advice="A page of another site sent this request. Use the page of the service itself, or a program.",
    ),
    ProblemType(
        slug="link-refused",
        status=403,
        title="The link is not valid",
        advice="Its signature does not match. Use the whole link, unchanged. The owner of the job can make another: "
        "POST /v1/jobs/{id}/links.",
    ),
    ProblemType(
        slug="not-found",
        status=404,
        title="Not found",
        advice="Check the URL. The service remembers a job for thirty days after its files have expired.",
    ),
    ProblemType(
        slug="method-not-allowed",
        status=405,
        title="The method is not allowed here",
        advice="The header Allow lists the allowed methods. Use one of them.",
        headers=("Allow",),
    ),
    ProblemType(
        slug="not-finished",
        status=409,
        title="The job has not finished",
        advice="Wait for the job, for example with GET /v1/jobs/{id}?wait=30, and send the request again.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="ended",
        status=409,
        title="The job has ended",
        advice="A job that has ended cannot be canceled. Delete it to remove its files.",
    ),
    ProblemType(
        slug="nothing-failed",
        status=409,
        title="Nothing in the job has failed",
        advice="Only a job that is failed or partial can be retried. Post a new job for another export.",
    ),
    ProblemType(
        slug="nothing-to-preview",
        status=409,
        title="The job has no files to preview",
        advice="Only a job that made files has a preview. GET /v1/jobs/{id}/errors names each article that failed.",
    ),
    ProblemType(
        slug="no-preview",
        status=422,
        title="The article cannot be shown",
        advice="A preview covers the first articles of a job and a limited part of its input. Download the files to "
        "see the rest.",
    ),
    ProblemType(
        slug="key-in-use",
        status=409,
        title="The same request is being accepted",
        advice="Another request with the same Idempotency-Key is being accepted now. Send it again after the seconds "
        "in Retry-After; the response is its job.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="expired",
        status=410,
        title="The job has expired",
        advice="Its files have been deleted. Post the job again to make them anew.",
    ),
    ProblemType(
        slug="link-expired",
        status=410,
        title="The link has expired",
        advice="The owner of the job can make another link while the files are kept: POST /v1/jobs/{id}/links.",
    ),
    ProblemType(
        slug="body-too-large",
        status=413,
        title="The body is too large",
        advice="Send less in one request. Upload as files what is too large for a JSON body.",
    ),
    ProblemType(
        slug="unsupported-media-type",
        status=415,
        title="The media type is not supported",
        advice="Send application/json, or multipart/form-data with the parts file and request.",
    ),
    ProblemType(
        slug="range-not-satisfiable",
        status=416,
        title="The file does not have this range",
        advice="The header Content-Range has the size of the file. Ask for a range within it.",
        headers=("Content-Range",),
    ),
    ProblemType(
        slug="misdirected",
        status=421,
        title="The service does not answer to this host name",
        advice="Use 127.0.0.1 or localhost. The service answers to other names only if it has keys.",
    ),
    ProblemType(
        slug="invalid-request",
        status=422,
        title="The request does not fit its schema",
        advice="Each member of `errors` points to a wrong value and says what is right. "
        "The schemas are in /openapi.json.",
    ),
    ProblemType(
        slug="key-reused",
        status=422,
        title="The idempotency key belongs to another request",
        advice="For a day, an Idempotency-Key stands for one request. Use a new key for another body.",
    ),
    ProblemType(
        slug="queue-full",
        status=429,
        title="Too many jobs are waiting",
        advice="The queue of the service is full. Retry after the seconds in Retry-After.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="too-many-requests",
        status=429,
        title="Too many requests",
        advice="Retry after the seconds in Retry-After. The header RateLimit has the number of requests left.",
        headers=("Retry-After", "RateLimit", "RateLimit-Policy"),
    ),
    ProblemType(
        slug="too-many-jobs",
        status=429,
        title="The caller has too many jobs",
        advice="Wait until one of the caller's jobs has ended, or cancel one.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="too-many-waiting",
        status=429,
        title="Too many of the caller's requests wait for jobs",
        advice="Ask for the job without `wait`, or wait until another of these requests ends. "
        "A callback needs no waiting request.",
        headers=("Retry-After", "RateLimit", "RateLimit-Policy"),
    ),
    ProblemType(
        slug="too-much-stored",
        status=429,
        title="The caller's files take up too much space",
        advice="Delete jobs whose files are no longer needed, or wait until they expire.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="no-article",
        status=422,
        title="No article could be converted",
        advice="GET /v1/jobs/{id}/errors lists each article that failed, its place and the reason.",
    ),
    ProblemType(
        slug="article-failed",
        status=422,
        title="An article failed",
        advice="The request says `on_error: fail`. Correct the article, or leave `on_error` out to skip it.",
    ),
    ProblemType(
        slug="conversion-failed",
        status=500,
        title="The conversion failed",
        advice="The job's error has the reason. No file of the job is available.",
    ),
    ProblemType(
        slug="worker-lost",
        status=500,
        title="The conversion was given up",
        advice="Its process died several times. Convert the articles in smaller parts to find the one that causes it.",
    ),
    ProblemType(
        slug="store-failed",
        status=500,
        title="The artifact store failed",
        advice="Post the job again when the store has space and can be reached.",
    ),
    ProblemType(
        slug="internal-error",
        status=500,
        title="An error in newsmill",
        advice="The log of the service has the details. Please report it.",
    ),
    ProblemType(
        slug="broker-unreachable",
        status=503,
        title="The job queue cannot be reached",
        advice="Nothing was accepted. Retry after the seconds in Retry-After.",
        headers=("Retry-After",),
    ),
    ProblemType(
        slug="store-unreachable",
        status=503,
        title="The artifact store cannot be used",
        advice="Nothing was accepted. Retry after the seconds in Retry-After.",
        headers=("Retry-After",),
    ),
)

PROBLEM_TYPES: Final[Mapping[str, ProblemType]] = {type_.slug: type_ for type_ in _ALL}
"""Every problem type, by its slug."""
