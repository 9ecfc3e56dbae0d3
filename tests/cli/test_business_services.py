"""What the commands say of business services, their dependencies and subscribers: drift, accept, export, adopt, validate."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.company import document
from tests.cli.conftest import Pdsync
from tests.cli.test_refused_collections import refuse

SPECS = {
    "user/anna": "{email: anna@example.com, name: Anna}",
    "team/support": "{name: Support}",
    "escalation_policy/first": "{name: First, escalation_rules: [{escalation_delay_in_minutes: 10, targets: [{user: anna}]}]}",
    "service/api": "{name: API, escalation_policy: first, depends_on: [{service: db}]}",
    "service/db": "{name: DB, escalation_policy: first}",
    "business_service/payments": "{name: Payments}",
    "business_service/checkout": (
        "{name: Checkout, point_of_contact: '#checkout', team: support, depends_on: [{service: api}, {business_service: payments}],"
        " subscribers: [{team: support}, {user: anna}]}"
    ),
}


class Shop:
    """A folder of manifests, applied."""

    def __init__(self, folder: Path, pdsync: Pdsync) -> None:
        self.folder, self.pdsync = folder, pdsync
        (folder / "pdsync.yaml").write_text("workspace: acme\npeople: managed\npaths: [manifests]\n")
        (folder / "manifests").mkdir()

    def write(self, address: str, spec: str, lifecycle: str = "") -> None:
        self.file(address).write_text(document(address, spec, lifecycle))

    def file(self, address: str) -> Path:
        return self.folder / "manifests" / f"{address.replace('/', '.')}.yaml"


@pytest.fixture
def shop(folder: Path, pdsync: Pdsync, online: SandboxServer) -> Shop:
    made = Shop(folder, pdsync)
    for address, spec in SPECS.items():
        made.write(address, spec)
    run = pdsync("apply", "--yes")
    assert run.code == 0, run
    return made


@pytest.mark.parametrize("status", [402, 403, 404])
def test_where_they_are_refused_nothing_else_is_different(
    folder: Path, pdsync: Pdsync, online: SandboxServer, status: int
) -> None:
    plain = Shop(folder, pdsync)
    for address in ("user/anna", "team/support", "escalation_policy/first"):
        plain.write(address, SPECS[address])
    assert pdsync("apply", "--yes").code == 0
    refuse(online, "/business_services", status)
    run = pdsync("plan")
    assert (run.code, "business" in run.out + run.err) == (0, False), run
    plain.write("team/support", SPECS["team/support"], "absent: true")
    assert pdsync("apply", "--yes").code == 0, "a team can be deleted"
    plain.write("business_service/payments", SPECS["business_service/payments"])
    run = pdsync("plan")
    assert run.code == 1
    assert f"HTTP {status}" in run.err


def edit_by_hand(client: RestApiV2Client) -> None:
    """A person takes away a contact, a dependency and a subscriber."""
    (checkout,) = [it for it in client.list_all("business_services") if it["name"] == "Checkout"]
    api = client.find("services", "API")
    assert api is not None
    client.put(
        f"business_services/{checkout['id']}",
        json={"business_service": {"name": "Checkout", "point_of_contact": "#new"}},
    )
    pair = {
        "supporting_service": {"id": api["id"], "type": "service"},
        "dependent_service": {"id": checkout["id"], "type": "business_service"},
    }
    client.post("service_dependencies/disassociate", json={"relationships": [pair]}).raise_for_status()
    gone = {"subscriber_id": checkout["team"]["id"], "subscriber_type": "team"}
    client.post(f"business_services/{checkout['id']}/unsubscribe", json={"subscribers": [gone]}).raise_for_status()


def test_an_edit_by_hand_is_drift_and_is_accepted_or_put_back(shop: Shop, client: RestApiV2Client) -> None:
    edit_by_hand(client)
    run = shop.pdsync("drift")
    assert run.code == 2
    assert 'point_of_contact: live "#new", manifest "#checkout"' in run.out
    assert "depends_on[service/api]: live (none), manifest there" in run.out
    assert "subscribers[team/support]: live (none), manifest there" in run.out
    text = shop.file("business_service/checkout").read_text()
    assert shop.pdsync("accept", "business_service/checkout").code == 0
    accepted = shop.file("business_service/checkout").read_text()
    assert "#new" in accepted
    assert "service: api" not in accepted
    plan = shop.pdsync("plan")
    assert "no change in PagerDuty; refreshes the record" in plan.out
    shop.file("business_service/checkout").write_text(text)
    assert shop.pdsync("apply", "--yes").code == 0
    assert "No drift" in shop.pdsync("drift").out


def test_it_is_exported_with_its_lists_released_and_adopted(shop: Shop) -> None:
    assert shop.pdsync("export", "--out", "exported").code == 0
    written = "".join(path.read_text() for path in (shop.folder / "exported").rglob("business-services.yaml"))
    assert "- {service: api}" in written
    assert "- {team: support}" in written
    assert shop.pdsync("release", "--yes", "business_service/checkout").code == 0
    shop.write("business_service/checkout", SPECS["business_service/checkout"], "adopt: true")
    plan = shop.pdsync("plan")
    assert "no other change; writes the ownership line" in plan.out
    assert shop.pdsync("apply", "--yes").code == 0
    assert "No changes" in shop.pdsync("plan").out


def test_what_cannot_be_is_said_at_its_line(shop: Shop) -> None:
    shop.write("business_service/payments", "{name: Payments, depends_on: [{business_service: checkout}]}")
    run = shop.pdsync("validate")
    assert run.code == 1
    assert "goes round in a circle: checkout -> payments -> checkout" in run.out + run.err
    shop.write("business_service/payments", "{name: Payments, depends_on: [{business_service: payments}]}")
    assert "business_service/payments refers to itself" in str(shop.pdsync("validate"))
    shop.write("service/db", "{name: DB, escalation_policy: first, depends_on: [{business_service: checkout}]}")
    shop.write("business_service/payments", "{name: Payments}")
    circle = "business_service/checkout -> service/api -> service/db -> business_service/checkout"
    assert circle in str(shop.pdsync("validate"))
    shop.write("service/api", "{name: API, escalation_policy: first, depends_on: [{service: db}, {service: db}]}")
    assert "depends_on[1]: this dependency is listed twice" in str(shop.pdsync("validate"))
    shop.write("service/db", "{name: DB, escalation_policy: first, supports: [api]}")
    assert "write depends_on in the manifest of the service that needs this one" in str(shop.pdsync("validate"))


@pytest.mark.parametrize("live", [(), ("--live",)])
def test_a_graph_begins_at_a_business_service_too(shop: Shop, live: tuple[str, ...]) -> None:
    """By name or key; and the graph of a service shows which business services its incidents show on."""
    for name in ("Checkout", *(() if live else ("checkout",))):
        run = shop.pdsync("graph", "--service", name, *live)
        assert run.code == 0, run
        assert all(
            f'"{shown}' in run.out for shown in ("Checkout", "API", "DB", "Payments", "First", "Anna", "Support")
        )
    run = shop.pdsync("graph", "--service", "DB", *live)
    assert '"Checkout' in run.out
    assert "Payments" not in run.out
    assert shop.pdsync("graph", "--service", "First", *live).code == 1
