"""Problem types: the errors of the API and of jobs (RFC 9457), as data. Each type has a stable slug and a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
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


# fmt: off
_ALL: Final = (
    ProblemType("malformed-json", 400, "The body is not JSON",
        "The detail names the line and the column of the error. Send JSON in UTF-8."),
    ProblemType("malformed-request", 400, "The request is malformed",
        "The detail names the part of the request and the error. Correct it and send the request again."),
    ProblemType("unauthorized", 401, "A key is needed",
        "Send a key in the header Authorization, as `Bearer KEY`. The operator of the service issues keys.",
        ("WWW-Authenticate",)),
    ProblemType("cross-site", 403, "Requests from other sites are not allowed",
        "A page of another site sent this request. Use the page of the service itself, or a program."),
    ProblemType("link-refused", 403, "The link is not valid",
        "Its signature does not match. Use the whole link, unchanged. The owner of the job can make another: POST "
        "/v1/jobs/{id}/links."),
    ProblemType("not-found", 404, "Not found",
        "Check the URL. The service remembers a job for thirty days after its files have expired."),
    ProblemType("method-not-allowed", 405, "The method is not allowed here",
        "The header Allow lists the allowed methods. Use one of them.", ("Allow",)),
    ProblemType("too-slow", 408, "The body came too slowly",
        "Send the body again, without long pauses."),
    ProblemType("not-finished", 409, "The job has not finished",
        "Wait for the job, for example with GET /v1/jobs/{id}?wait=30, and send the request again.", ("Retry-After",)),
    ProblemType("ended", 409, "The job has ended",
        "A job that has ended cannot be canceled. Delete it to remove its files."),
    ProblemType("nothing-failed", 409, "Nothing in the job has failed",
        "Only a job that is failed or partial can be retried. Post a new job for another export."),
    ProblemType("nothing-to-preview", 409, "The job has no files to preview",
        "Only a job that made files has a preview. GET /v1/jobs/{id}/errors names each article that failed."),
    ProblemType("no-preview", 422, "The article cannot be shown",
        "A preview covers the first articles of a job and a limited part of its input. Download the files to see the "
        "rest."),
    ProblemType("expired", 410, "The job has expired",
        "Its files have been deleted. Post the job again to make new ones."),
    ProblemType("link-expired", 410, "The link has expired",
        "The owner of the job can make another link while the files are kept: POST /v1/jobs/{id}/links."),
    ProblemType("precondition-failed", 412, "The file is another than the one asked for",
        "The ETag in If-Match is not that of the file. Ask without If-Match, or with the ETag that the job states."),
    ProblemType("body-too-large", 413, "The body is too large",
        "Send less in one request. Upload as files what is too large for a JSON body."),
    ProblemType("unsupported-media-type", 415, "The media type is not supported",
        "Send application/json, or multipart/form-data with the parts file and request."),
    ProblemType("range-not-satisfiable", 416, "The file does not have this range",
        "The header Content-Range has the size of the file. Ask for a range within it.", ("Content-Range",)),
    ProblemType("misdirected", 421, "The service does not answer to this host name",
        "Use 127.0.0.1 or localhost. The service answers to other names only if it has keys."),
    ProblemType("invalid-request", 422, "The request does not fit its schema",
        "Each member of `errors` points to a wrong value and says what is right. The schemas are in /openapi.json."),
    ProblemType("key-reused", 422, "The idempotency key belongs to another request",
        "For a day, an Idempotency-Key belongs to one request. Use a new key for another body."),
    ProblemType("queue-full", 429, "Too many jobs are waiting",
        "The queue of the service is full. Retry after the seconds in Retry-After.", ("Retry-After",)),
    ProblemType("too-many-requests", 429, "Too many requests",
        "Retry after the seconds in Retry-After. The header RateLimit has the number of requests left.",
        ("Retry-After", "RateLimit", "RateLimit-Policy")),
    ProblemType("too-many-jobs", 429, "The caller has too many jobs",
        "Wait until one of the caller's jobs has ended, or cancel one.", ("Retry-After",)),
    ProblemType("too-many-waiting", 429, "Too many of the caller's requests wait for jobs",
        "Ask for the job without `wait`, or wait until another of these requests ends. A callback needs no waiting "
        "request.", ("Retry-After", "RateLimit", "RateLimit-Policy")),
    ProblemType("too-much-stored", 429, "The caller's files take up too much space",
        "Delete jobs whose files are no longer needed, or wait until they expire.", ("Retry-After",)),
    ProblemType("no-article", 422, "No article could be converted",
        "GET /v1/jobs/{id}/errors lists each article that failed, its place and the reason.",
        ("Link",)),
    ProblemType("article-failed", 422, "An article failed",
        "The request says `on_error: fail`. Correct the article, or leave `on_error` out to skip it.",
        ("Link",)),
    ProblemType("conversion-failed", 500, "The conversion failed",
        "The job's error has the reason. No file of the job is available.",
        ("Link",)),
    ProblemType("worker-lost", 500, "The conversion was given up",
        "Its process died several times. Convert the articles in smaller parts to find the one that causes it.",
        ("Link",)),
    ProblemType("store-failed", 500, "The artifact store failed",
        "Post the job again when the store has space and can be reached.",
        ("Link",)),
    ProblemType("unreadable-record", 500, "The record of the job cannot be read",
        "Another version of newsmill has written it, or it is damaged. Post the job again, and delete this one."),
    ProblemType("internal-error", 500, "An error in newsmill",
        "The log of the service has the details. Please report it."),
    ProblemType("too-many-uploads", 503, "Too many uploads at a time",
        "Nothing was accepted. Retry after the seconds in Retry-After, and upload fewer files at a time.",
        ("Retry-After",)),
    ProblemType("stopping", 503, "The service is stopping",
        "Retry after the seconds in Retry-After: another process answers, or the same one when it has started again.",
        ("Retry-After",)),
    ProblemType("broker-unreachable", 503, "The job queue cannot be reached",
        "Nothing was accepted. Retry after the seconds in Retry-After.", ("Retry-After",)),
    ProblemType("store-unreachable", 503, "The artifact store cannot be used",
        "Nothing was accepted. Retry after the seconds in Retry-After.", ("Retry-After",)),
)
# fmt: on

PROBLEM_TYPES: Final[Mapping[str, ProblemType]] = {type_.slug: type_ for type_ in _ALL}
"""Every problem type, by its slug."""
