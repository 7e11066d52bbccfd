"""Orphans: files of a job without a record."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import StoreError
from schemas.settings import load_settings
from tests.running import Valkey
from tests.service.asking import waiting_job
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore, new_job_id
from workers.steps.sweeper import sweep_expired, sweep_orphans, without_files
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def add_files(store: LocalStore, job_id: str) -> str:
    with JobFolder(store, job_id).create("files") as stream:
        stream.write(b"x")
    return job_id


def test_files_without_a_record_are_removed_and_others_stay(jobs: JobStore, store: LocalStore) -> None:
    orphan, kept = add_files(store, new_job_id()), add_files(store, waiting_job(jobs).id)
    add_files(store, "lost+found")
    assert [*sweep_orphans(jobs, store, older_than=0)] == [orphan]
    assert {*store.names_under("jobs")} == {kept, "lost+found"}


def test_orphan_stays_until_it_has_been_known_for_a_while(jobs: JobStore, store: LocalStore) -> None:
    orphan = add_files(store, new_job_id())
    assert [*sweep_orphans(jobs, store)] == []
    jobs._client.zincrby("newsmill:orphans", -1_801, orphan)
    assert [*sweep_orphans(jobs, store)] == [orphan]


def test_upload_under_way_is_no_orphan(valkey: Valkey, jobs: JobStore, store: LocalStore) -> None:
    quotas = Quotas(valkey.client(), load_settings({}))
    job_id = add_files(store, new_job_id())
    with quotas.upload("", job_id) as arrived:
        arrived(1)
        assert [*sweep_orphans(jobs, store, older_than=0)] == []
    assert [*sweep_orphans(jobs, store, older_than=0)] == [job_id]


def test_upload_without_a_sign_of_life_is_an_orphan(valkey: Valkey, jobs: JobStore, store: LocalStore) -> None:
    quotas = Quotas(valkey.client(), load_settings({}))
    job_id = add_files(store, new_job_id())
    quotas.seen(job_id)
    quotas.sweep()
    assert [*sweep_orphans(jobs, store, older_than=0)] == []
    jobs._client.zincrby("newsmill:arriving", -601, job_id)
    quotas.sweep()
    assert [*sweep_orphans(jobs, store, older_than=0)] == [job_id]


def test_job_whose_files_are_gone_is_found(jobs: JobStore, store: LocalStore) -> None:
    jobs._client.zadd("newsmill:expiring", {"a" * 32: 1, "b" * 32: 1})
    add_files(store, "b" * 32)
    assert without_files(jobs, store) == {"a" * 32}


def test_files_that_cannot_be_removed_and_damaged_ids_keep_no_other_job(
    valkey: Valkey, jobs: JobStore, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, expired, kept = (add_files(store, name * 32) for name in "abc")
    valkey.client().zadd("newsmill:expiring", {stuck: 1, expired: 2, "": 1, "\xff": 1, "..": 1})
    valkey.client().zadd("newsmill:expiring", {b"\xff": 1})
    delete = LocalStore.delete

    def refused(self: LocalStore, prefix: str) -> None:
        if stuck in prefix:
            raise StoreError("permission denied")
        delete(self, prefix)

    monkeypatch.setattr(LocalStore, "delete", refused)
    sweep_expired(jobs, store)
    assert {*store.names_under("jobs")} == {stuck, kept}
    assert valkey.client().zrange("newsmill:expiring", 0, -1) == [stuck.encode()]
