"""deploy/kubernetes: valid resources, with settings that newsmill reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import click
import kubernetes_validate
import pytest
import yaml

from schemas.settings import SETTINGS, load_settings
from service.cli.main import cli
from tests.running import ROOT
from workers.celery.queues import ROLES
from workers.celery.tasks import STOP_GRACE
from workers.redis.keys import CHUNKS_QUEUE, JOBS_QUEUE, QUEUE

HERE: Final = ROOT / "deploy" / "kubernetes"
KINDS: Final = {"base": HERE / "base", "s3": HERE / "overlays" / "s3"}
OTHERS: Final = {"ScaledObject", "TriggerAuthentication"}
"""Kinds of custom resources."""

VERSION: Final = "1.29"


def built(folder: Path) -> list[dict[str, Any]]:
    """Return the resources of a folder as kustomize builds them; only the features used here."""
    made = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert set(made) <= {"apiVersion", "kind", "labels", "images", "resources", "patches"}
    found: list[dict[str, Any]] = []
    for name in made["resources"]:
        path = (folder / name).resolve()
        found += built(path) if path.is_dir() else list(yaml.safe_load_all(path.read_text()))
    for patch in made.get("patches", []):
        target, said = patch["target"], yaml.safe_load(patch["patch"])
        aimed = [one for one in found if _is(one, target)]
        assert aimed, f"{target} is nothing that is there"
        if isinstance(said, dict):
            assert said.pop("$patch") == "delete"
            found = [one for one in found if one not in aimed]
        else:
            for one in aimed:
                for operation in said:
                    _apply(one, **operation)
    return found


def _is(resource: dict[str, Any], target: dict[str, str]) -> bool:
    return resource["kind"] == target["kind"] and target.get("name") in (None, resource["metadata"]["name"])


def _apply(resource: Any, *, op: str, path: str, value: Any) -> None:
    """One operation of a JSON Patch (RFC 6902)."""
    *way, last = path.strip("/").split("/")
    for step in way:
        resource = resource[int(step) if isinstance(resource, list) else step]
    if isinstance(resource, list):
        if last == "-":
            assert op == "add"
            resource.append(deepcopy(value))
            return
        last = int(last)  # type: ignore[assignment]
    elif op == "replace":
        assert last in resource, path
    resource[last] = deepcopy(value)


@pytest.fixture(params=KINDS, scope="module")
def resources(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return built(KINDS[request.param])


def deployments(resources: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each deployment's pod and its only container."""
    for resource in resources:
        if resource["kind"] == "Deployment":
            pod = resource["spec"]["template"]["spec"]
            [container] = pod["containers"]
            yield pod, container


def test_kubernetes_takes_every_resource(resources: list[dict[str, Any]]) -> None:
    assert len(resources) >= 13
    for resource in resources:
        if resource["kind"] not in OTHERS:
            kubernetes_validate.validate(resource, VERSION, strict=True)


def test_every_variable_is_a_setting_that_newsmill_reads(resources: list[dict[str, Any]]) -> None:
    [given] = [one["data"] for one in resources if one["kind"] == "ConfigMap"]
    for _, container in deployments(resources):
        environ = given | {one["name"]: one["value"] for one in container.get("env", [])}
        ours = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
        assert set(ours) <= {setting.variable for setting in SETTINGS}
        load_settings(ours)


def test_every_command_is_one_of_newsmill(resources: list[dict[str, Any]]) -> None:
    commands = [["newsmill", *container["args"]] for _, container in deployments(resources)]
    for _, container in deployments(resources):
        probes = [container.get(f"{when}Probe", {}) for when in ("startup", "readiness", "liveness")]
        commands += [probe["exec"]["command"] for probe in probes if "exec" in probe]
    assert [words[1:] for words in commands[:4]] == [["api"], *(["worker", "--only", role] for role in ROLES)]
    for program, name, *words in commands:
        assert program == "newsmill"
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        command.make_context(name, words, resilient_parsing=False)


def test_no_pod_has_rights_that_it_does_not_need(resources: list[dict[str, Any]]) -> None:
    for pod, container in deployments(resources):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]) == {"requests", "limits"}
        written = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert written == {"/data", "/tmp"}
        assert {volume["name"] for volume in pod["volumes"]} == {mount["name"] for mount in container["volumeMounts"]}


def test_a_service_of_this_name_sets_no_variable_of_ours(resources: list[dict[str, Any]]) -> None:
    # NEWSMILL_PORT=tcp://10.0.0.1:80 is not a valid setting.
    assert all(pod["enableServiceLinks"] is False for pod, _ in deployments(resources))


def test_a_pod_has_the_time_that_a_stop_takes(resources: list[dict[str, Any]]) -> None:
    for pod, _ in deployments(resources):
        assert pod["terminationGracePeriodSeconds"] >= STOP_GRACE + 15


def test_workers_follow_the_queues_that_there_are(resources: list[dict[str, Any]]) -> None:
    followed = {}
    for resource in resources:
        if resource["kind"] == "ScaledObject":
            [trigger] = resource["spec"]["triggers"]
            followed[resource["spec"]["scaleTargetRef"]["name"]] = trigger["metadata"]["listName"]
            assert resource["spec"]["minReplicaCount"] >= 1
    assert followed == {"newsmill-jobs": QUEUE + JOBS_QUEUE, "newsmill-chunks": QUEUE + CHUNKS_QUEUE}


def test_every_reference_names_a_resource(resources: list[dict[str, Any]]) -> None:
    named = {(one["kind"], one["metadata"]["name"]) for one in resources}
    for resource in resources:
        spec = resource.get("spec", {})
        if "scaleTargetRef" in spec:
            assert ("Deployment", spec["scaleTargetRef"]["name"]) in named
        for trigger in spec.get("triggers", []):
            assert ("TriggerAuthentication", trigger["authenticationRef"]["name"]) in named
    for pod, container in deployments(resources):
        for volume in pod["volumes"]:
            if claim := volume.get("persistentVolumeClaim"):
                assert ("PersistentVolumeClaim", claim["claimName"]) in named
        assert ("ConfigMap", container["envFrom"][0]["configMapRef"]["name"]) in named
    page = (HERE / "README.md").read_text() + "".join(path.read_text() for path in HERE.rglob("kustomization.yaml"))
    secrets = {found for one in map(str, resources) for found in re.findall(r"'secretRef': {'name': '([\w-]+)'", one)}
    assert all(f"secret generic {name} " in page or f"Secret `{name}`" in page for name in secrets)
