"""Access to a bucket: variables and signed URLs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import S3Store as Bucket

from schemas.errors import SettingsError
from workers.storage import s3_access
from workers.storage.s3_access import S3Access

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a/secret+key"}


@pytest.mark.parametrize(
    ("location", "bucket", "prefix"),
    [
        ("s3://news", "news", ""),
        ("s3://news/", "news", ""),
        ("s3://news/a", "news", "a"),
        ("s3://news.example.com/a/b/", "news.example.com", "a/b"),
    ],
)
def test_location_gives_bucket_and_prefix(location: str, bucket: str, prefix: str) -> None:
    access = S3Access.from_environ(location, KEYS)
    assert (access.bucket, access.prefix) == (bucket, prefix)
    assert access.location == location.rstrip("/")
    assert access.name_of("jobs/a") == (f"{prefix}/jobs/a" if prefix else "jobs/a")


@pytest.mark.parametrize(
    ("given", "endpoint", "region"),
    [
        ({}, "https://s3.us-east-1.amazonaws.com", "us-east-1"),
        ({"AWS_REGION": "eu-west-3"}, "https://s3.eu-west-3.amazonaws.com", "eu-west-3"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "https://s3.eu-west-3.amazonaws.com", "eu-west-3"),
        ({"AWS_ENDPOINT_URL": "https://s3.example.com/"}, "https://s3.example.com", "us-east-1"),
        ({"AWS_ENDPOINT_URL": "http://s3:8333", "AWS_ALLOW_HTTP": "true"}, "http://s3:8333", "us-east-1"),
        (
            {"AWS_ENDPOINT_URL": "https://all.example", "AWS_ENDPOINT_URL_S3": "https://s3.example"},
            "https://s3.example",
            "us-east-1",
        ),
        ({"AWS_ENDPOINT_URL": "", "AWS_REGION": ""}, "https://s3.us-east-1.amazonaws.com", "us-east-1"),
    ],
)
def test_endpoint_and_region_come_from_aws_variables(given: dict[str, str], endpoint: str, region: str) -> None:
    access = S3Access.from_environ("s3://news", KEYS | given)
    assert (access.endpoint, access.region) == (endpoint, region)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, "NEWSMILL_STORE=s3://news needs credentials: set AWS_ACCESS_KEY_ID$"),
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY$",
        ),
        ({"AWS_ENDPOINT_URL": "http://s3:8333"}, "AWS_ENDPOINT_URL=http://s3:8333 is not encrypted: .*AWS_ALLOW_HTTP"),
        ({"AWS_ENDPOINT_URL": "http://s3:8333", "AWS_ALLOW_HTTP": "no"}, "is not encrypted"),
        ({"AWS_ENDPOINT_URL": "s3.example.com"}, "AWS_ENDPOINT_URL: expected the URL of a store"),
        ({"AWS_ENDPOINT_URL": "https://me:secret@s3.example.com"}, "AWS_ENDPOINT_URL: expected the URL of a store"),
    ],
)
def test_wrong_or_missing_variable_is_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        S3Access.from_environ("s3://news", KEYS | given)
    assert "secret" not in str(raised.value)


@given(
    secret=st.text("abcXYZ019/+=", min_size=1, max_size=40),
    token=st.none() | st.text("abcXYZ019/+=", min_size=1, max_size=40),
    region=st.sampled_from(["us-east-1", "eu-central-1"]),
    name=st.sampled_from(["a", "jobs/0f/articles.newsml.xml", "jobs/0f/articles-00001.csv", "a~b_c"]),
    method=st.sampled_from(["GET", "HEAD", "PUT"]),
    seconds=st.integers(1, 604_800),
)
def test_signed_url_matches_another_client(
    secret: str, token: str | None, region: str, name: str, method: Any, seconds: int
) -> None:
    config: Any = {"endpoint": "https://s3.example.com", "region": region, "access_key_id": "AKIDEXAMPLE"}
    config |= {"secret_access_key": secret} | ({"session_token": token} if token else {})
    theirs = obstore.sign(Bucket("news", config=config), method, name, timedelta(seconds=seconds))
    access = S3Access(
        bucket="news",
        prefix="",
        endpoint="https://s3.example.com",
        region=region,
        key_id="AKIDEXAMPLE",
        secret=secret,
        session_token=token,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3_access, "datetime", _Clock(parse_qs(urlsplit(theirs).query)["X-Amz-Date"][0]))
        ours = access.sign(method, name, seconds=seconds)
    assert urlsplit(ours)._replace(query="") == urlsplit(theirs)._replace(query="")
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)


class _Clock:
    def __init__(self, now: str) -> None:
        self._now = now

    def now(self, zone: object) -> datetime:
        return datetime.strptime(self._now, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
