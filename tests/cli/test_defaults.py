"""Defaults through the commands: every output shows where a value comes from, and each command treats it as the manifest's own."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.recorded import forget, writes

HEAD = "apiVersion: pdsync/v1\nkind: Defaults\nspec:\n"
GIVEN = (
    HEAD + "  Service:\n    escalation_policy: shop\n    auto_resolve_timeout: 4h\n  EscalationPolicy: {tags: [shop]}\n"
)
ADDED = "tags shop  (defaults, manifests/defaults.yaml:7)"
SERVICE = "apiVersion: pdsync/v1\nkind: Service\nmetadata: {name: checkout}\nspec: {name: Checkout}\n"


@pytest.fixture
def given(manifests: Path, online: SandboxServer) -> Path:
    """The file of Defaults beside two manifests; the service of a third, in a folder below, takes them."""
    manifests.write_text(manifests.read_text().partition("---\napiVersion: pdsync/v1\nkind: Service")[0])
    (manifests.parent / "shop").mkdir()
    (manifests.parent / "shop" / "checkout.yaml").write_text(SERVICE)
    file = manifests.with_name("defaults.yaml")
    file.write_text(GIVEN)
    return file


@pytest.fixture
def applied(given: Path, pdsync: Pdsync) -> Path:
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("plan", "--detailed-exitcode").code == 0
    return given


def timeout(client: RestApiV2Client) -> int | None:
    found = client.find("services", "Checkout")
    assert found is not None
    value: int | None = found["auto_resolve_timeout"]
    return value


def test_every_output_says_where_a_value_comes_from(applied: Path, pdsync: Pdsync) -> None:
    applied.write_text(GIVEN.replace("4h", "2h"))
    line = "auto_resolve_timeout: 4h -> 2h  (defaults, manifests/defaults.yaml:6)"
    for output in ("text", "markdown", "github", "html"):
        shown = pdsync("plan", "-o", output).out
        assert line in unescape(re.sub("<[^>]*>", "", shown) if output == "html" else shown), output
    assert "::notice file=manifests/defaults.yaml,line=6," in pdsync("plan", "-o", "github").out
    (change,) = json.loads(pdsync("plan", "-o", "json").out)["changes"]
    assert change["defaults"] == {"auto_resolve_timeout": "manifests/defaults.yaml:6"}
    assert change["source"] == "manifests/shop/checkout.yaml:1"
    applied.write_text(GIVEN)
    assert '"defaults"' not in pdsync("plan", "-o", "json").out


def test_drift_says_where_a_value_comes_from(applied: Path, client: RestApiV2Client, pdsync: Pdsync) -> None:
    service = client.find("services", "Checkout")
    assert service is not None
    client.rput(service, json={**service, "auto_resolve_timeout": 7200})
    for output in ("text", "markdown", "junit"):
        found = pdsync("drift", "-o", output)
        assert found.code == 2
        assert "4h  (defaults, manifests/defaults.yaml:6)" in found.out, output


def test_a_create_says_it_too_and_a_part_of_the_tree_plans_the_same(given: Path, pdsync: Pdsync) -> None:
    whole = pdsync("plan").out
    for line in ("escalation_policy: escalation_policy/shop  (defaults, manifests/defaults.yaml:5)", ADDED):
        assert line in whole
    part = pdsync("plan", "manifests/shop", "manifests/shop.yaml").out
    assert part.split("Who is paged")[0] == whole.split("Who is paged")[0]
    assert pdsync("plan", "--target", "service/checkout").out.count("(defaults, ") == 3


def test_a_default_that_is_removed_is_taken_back(applied: Path, client: RestApiV2Client, pdsync: Pdsync) -> None:
    applied.write_text(GIVEN.replace("    auto_resolve_timeout: 4h\n", ""))
    assert "auto_resolve_timeout: 4h -> (none)  (default; no longer in the manifest)" in pdsync("plan").out
    assert pdsync("apply", "--yes").code == 0
    assert timeout(client) is None


def test_a_manifest_that_moves_takes_the_defaults_of_its_new_folder(
    applied: Path, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    other = applied.parent / "other"
    other.mkdir()
    (other / "defaults.yaml").write_text(HEAD + "  Service: {auto_resolve_timeout: 1h}\n")
    (applied.parent / "shop" / "checkout.yaml").rename(other / "checkout.yaml")
    (applied.parent / "shop").rmdir()
    plan = pdsync("plan").out
    assert "auto_resolve_timeout: 4h -> 1h  (defaults, manifests/other/defaults.yaml:4)" in plan
    assert "0 to create, 0 to adopt, 1 to update, 0 to delete" in plan
    assert pdsync("apply", "--yes").code == 0
    assert timeout(client) == 3600


def test_a_saved_plan_notices_that_defaults_changed(applied: Path, online: SandboxServer, pdsync: Pdsync) -> None:
    applied.write_text(GIVEN.replace("4h", "2h"))
    assert pdsync("plan", "--out", "saved.json").code == 0
    applied.write_text(GIVEN.replace("4h", "3h"))
    forget(online)
    run = pdsync("apply", "--plan", "saved.json", "--yes")
    assert run.code != 0
    assert "made from manifests that differ" in run.err
    assert not writes(online)
    applied.write_text("# the same in other words\n" + GIVEN.replace("4h", "120m"))
    assert pdsync("apply", "--plan", "saved.json", "--yes").code == 0


@pytest.mark.parametrize(("value", "paths"), [(3600, ()), (None, ("manifests/shop", "manifests/shop.yaml"))])
def test_accept_writes_into_the_manifest_and_never_into_the_defaults(
    applied: Path, client: RestApiV2Client, pdsync: Pdsync, value: int | None, paths: tuple[str, ...]
) -> None:
    found = client.find("services", "Checkout")
    assert found is not None
    client.rput(f"services/{found['id']}", json={**found, "auto_resolve_timeout": value})
    assert "auto_resolve_timeout: live" in pdsync("drift").out
    assert pdsync("accept", "service/checkout:auto_resolve_timeout", *paths).code == 0
    written = "1h" if value else "null"
    text = (applied.parent / "shop" / "checkout.yaml").read_text()
    assert text == SERVICE.replace("Checkout}", f"Checkout, auto_resolve_timeout: {written}}}")
    assert applied.read_text() == GIVEN
    assert pdsync("drift").code == 0


def test_an_export_names_what_the_defaults_of_its_folder_would_give(
    applied: Path, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    client.rpost("services", json={"type": "service", "name": "Plain", "escalation_policy": policy(client)})
    assert pdsync("export", "--out", "manifests/found").code == 0
    (text,) = [file.read_text() for file in Path("manifests/found").rglob("services.yaml")]
    plain = text.partition("name: Plain")[2]
    assert "auto_resolve_timeout: null" in plain
    assert pdsync("export", "--out", "elsewhere").code == 0
    (free,) = [file.read_text() for file in Path("elsewhere").rglob("services.yaml")]
    assert "auto_resolve_timeout" not in free.partition("name: Plain")[2]


def policy(client: RestApiV2Client) -> dict[str, str]:
    found = client.find("escalation_policies", "Shop")
    assert found is not None
    return {"type": "escalation_policy_reference", "id": found["id"]}


def test_adopt_writes_the_defaults_too(given: Path, client: RestApiV2Client, pdsync: Pdsync) -> None:
    assert pdsync("apply", "--yes", "--target", "escalation_policy/shop").code == 0
    client.rpost("services", json={"type": "service", "name": "Checkout", "escalation_policy": policy(client)})
    plan = pdsync("plan", "--adopt").out
    assert "auto_resolve_timeout: (none) -> 4h  (defaults, manifests/defaults.yaml:6)" in plan
    assert pdsync("apply", "--adopt", "--yes").code == 0
    assert timeout(client) == 14400


def test_a_field_to_ignore_is_written_once_from_the_defaults(
    given: Path, client: RestApiV2Client, pdsync: Pdsync
) -> None:
    file = given.parent / "shop" / "checkout.yaml"
    file.write_text(SERVICE + "lifecycle: {ignore: [auto_resolve_timeout]}\n")
    assert pdsync("apply", "--yes").code == 0
    assert timeout(client) == 14400
    given.write_text(GIVEN.replace("4h", "1h"))
    assert pdsync("plan", "--detailed-exitcode").code == 0


def test_a_default_that_the_account_refutes_is_one_message(given: Path, pdsync: Pdsync) -> None:
    given.write_text(GIVEN.replace("policy: shop", "policy: {name: Nowhere}"))
    (given.parent / "shop" / "b.yaml").write_text(SERVICE.replace("heckout", "ellar"))
    run = pdsync("plan")
    assert run.code == 1
    assert run.err.count("Nowhere") == 1
    assert "manifests/defaults.yaml:5: escalation_policy: " in run.err
    assert "(default of service/cellar, service/checkout)" in run.err


def test_validate_says_what_is_wrong_once_and_the_schema_is_there(given: Path, pdsync: Pdsync) -> None:
    given.write_text(GIVEN.replace("shop\n", "shpo\n", 1))
    (given.parent / "shop" / "b.yaml").write_text(SERVICE.replace("heckout", "ellar"))
    body = json.loads(pdsync("validate", "-o", "json").out)
    assert [(it["file"], it["line"]) for it in body["problems"]] == [("manifests/defaults.yaml", 5)]
    part = json.loads(pdsync("validate", "manifests/shop", "manifests/shop.yaml", "-o", "json").out)
    assert part["problems"][0]["file"] == "manifests/defaults.yaml"
    schema = json.loads(pdsync("schema", "Defaults").out)
    assert "name" not in schema["properties"]["spec"]["properties"]["Service"]["properties"]


def test_a_plan_of_some_paths_says_that_the_container_of_an_object_is_elsewhere(applied: Path, pdsync: Pdsync) -> None:
    group = applied.parent / "group.yaml"
    group.write_text(
        "apiVersion: pdsync/v1\nkind: AlertGroupingSetting\nmetadata: {name: by-time}\n"
        "spec: {name: By time, type: time, config: {timeout: 10m}, services: [checkout]}\n"
    )
    assert pdsync("apply", "--yes").code == 0
    grouping = "    alert_grouping_parameters: {type: time, config: {timeout: 5m}}\n"
    applied.write_text(GIVEN.replace("  EscalationPolicy", f"{grouping}  EscalationPolicy"))
    named = [str(it) for it in (applied.parent).glob("*.yaml") if it != group]
    part = pdsync("plan", *named, str(applied.parent / "shop")).out
    assert "The manifest of alert_grouping_setting/by-time is not in the paths that were named" in part
    group.unlink()
    assert "out of the Defaults (manifests/defaults.yaml:7), or the object out of the other" in pdsync("plan").out
