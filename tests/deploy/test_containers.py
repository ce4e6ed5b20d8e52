"""The container files, checked without a container engine: by real tools, and for what those tools do not know."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.keys import ensure_database_secrets, ensure_keys
from deploy.services import SERVICES
from deploy.supervised import ROOT

TOOLS = Path(sys.executable).parent


def call(*words: str) -> str:
    done = subprocess.run(
        [str(TOOLS / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def compose() -> dict:
    return json.loads(call("docker-compose", "config", "--format", "json"))


@pytest.fixture(scope="module")
def ours(compose) -> dict:
    """Every container that runs our own image."""
    return {name: one for name, one in compose["services"].items() if name != "postgres"}


def test_compose_understands_its_file():
    call("docker-compose", "config", "--quiet")


def test_the_dockerfile_follows_the_known_good_habits():
    call("hadolint", "deploy/Dockerfile")


def test_the_yaml_is_tidy():
    call("yamllint", "--strict", "docker-compose.yml", ".yamllint")


def test_only_the_gateway_is_published(compose):
    assert [name for name, one in compose["services"].items() if one.get("ports")] == ["gateway"]


def test_only_the_gateway_and_the_sender_of_webhooks_reach_the_outside(compose):
    assert compose["networks"]["inside"]["internal"] is True
    outside = {name for name, one in compose["services"].items() if "outside" in one["networks"]}
    assert outside == {"gateway", "notifications-worker"}


def test_every_container_has_as_little_power_as_it_needs(compose):
    for name, one in compose["services"].items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name


def test_our_containers_run_as_an_ordinary_account_with_no_power_added(ours):
    for name, one in ours.items():
        assert not one["user"].startswith(("0", "root")), name
        assert "cap_add" not in one, name


def test_every_process_of_every_service_has_its_container(ours):
    running = {name: one["command"] for name, one in ours.items() if name not in ("databases", "migrate")}

    assert running == {
        name: [service.package, command] for service in SERVICES for name, command in service.processes()
    }


def test_each_process_reads_the_database_of_its_own_service_only(ours):
    for service in SERVICES:
        own = f"database-{service.name}"
        for container, _ in service.processes():
            databases = {s["source"] for s in ours[container]["secrets"] if s["source"].startswith("database-")}
            assert databases == {own}
            assert ours[container]["environment"]["GCM_DATABASE_URL_FILE"] == f"/run/secrets/{own}"


def test_each_private_key_is_with_its_user_only(ours):
    users: dict[str, set[str]] = {}
    for container, one in ours.items():
        for secret in one.get("secrets", []):
            users.setdefault(secret["source"], set()).add(container.removesuffix("-worker"))

    assert users["access-1.pem"] == users["internal.pem"] == users["client-pepper"] == {"gateway"}
    assert users["receipt-1.pem"] == {"submissions"}
    assert users["webhook-keys"] == {"notifications"}
    assert users["service-submissions.pem"] == {"submissions"}


def test_every_secret_is_made_by_the_key_command(compose, tmp_path):
    ensure_keys(tmp_path)
    ensure_database_secrets(tmp_path, "postgres")

    assert set(compose["secrets"]) == {path.name for path in tmp_path.iterdir()}


def test_no_secret_stands_in_an_environment(compose):
    for name, one in compose["services"].items():
        for variable, value in one.get("environment", {}).items():
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "DATABASE_URL"))
            assert not secret or value.startswith("/run/secrets/"), (name, variable)


def test_nothing_starts_before_its_database_is_ready(compose):
    for service in SERVICES:
        for container, _ in service.processes():
            waits = compose["services"][container]["depends_on"]
            assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_health_checks_are_lists_of_words(compose):
    for name, one in compose["services"].items():
        check = one["healthcheck"]
        assert check.get("disable") or check["test"][0] == "CMD", name


def test_the_image_holds_what_its_processes_need():
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert copied == allowed
    assert {"kernel", "gateway", "services", "deploy", "data"} <= copied
    assert all((ROOT / name).exists() for name in copied)
