"""Live values in a manifest, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, EngineError, RequestError, Workspace, carry_out_plan, load_desired, make_plan
from pdsync.engine.accept import Place, accept_live, load_for_accept, parse_place
from pdsync.sandbox import SandboxServer
from tests.engine.conftest import MANIFESTS
from tests.support.recorded import forget, writes


@pytest.fixture
def edited(client: RestApiV2Client, applied: Workspace) -> Workspace:
    """The workspace, with a service that was edited by hand."""
    found = client.find("services", "Checkout")
    assert found is not None
    client.rput(found, json={"type": "service", "auto_resolve_timeout": 7200})
    return applied


def test_a_hand_edit_becomes_the_text_of_the_manifest(
    client: RestApiV2Client, sandbox: SandboxServer, edited: Workspace, manifest: Path
) -> None:
    place = parse_place("Service/checkout:auto_resolve_timeout")
    assert str(place) == "service/checkout:auto_resolve_timeout"
    forget(sandbox)
    accepted = accept_live(client, load_for_accept(edited, place), place)
    assert accepted is not None
    assert accepted.after == MANIFESTS.replace("4h", "2h")
    assert accepted.names == ("auto_resolve_timeout",)
    assert manifest.read_text() == MANIFESTS, "nothing is written before it is asked for"
    accepted.write()
    assert manifest.read_text() == accepted.after
    assert not writes(sandbox)
    assert not [change.deltas for change in make_plan(client, load_desired(edited)).plan.changes if change.deltas]
    assert accept_live(client, load_for_accept(edited, place), place) is None


def test_a_file_that_was_changed_meanwhile_is_left_alone(
    client: RestApiV2Client, edited: Workspace, manifest: Path
) -> None:
    place = Place("service/checkout")
    accepted = accept_live(client, load_for_accept(edited, place), place)
    assert accepted is not None
    manifest.write_text(MANIFESTS + "# mine\n")
    with pytest.raises(EngineError, match="was changed in the meantime"):
        accepted.write()
    assert manifest.read_text() == MANIFESTS + "# mine\n"
    assert [path.name for path in manifest.parent.iterdir()] == [manifest.name]


@pytest.mark.parametrize("text", ["service", "gadget/x", "service/checkout:nam"])
def test_a_place_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse_place(text)
    assert refused.value.hint


def test_what_no_manifest_names_is_refused(workspace: Workspace) -> None:
    with pytest.raises(EngineError, match="no manifest has the address service/chekout") as refused:
        load_for_accept(workspace, Place("service/chekout"))
    assert "service/checkout" in refused.value.hint
    with pytest.raises(EngineError, match="does not name description"):
        load_for_accept(workspace, Place("service/checkout", "description"))


def test_what_git_took_out_and_was_not_applied_yet_comes_back(
    client: RestApiV2Client, applied: Workspace, manifest: Path
) -> None:
    integration = "integrations: [{name: One, type: events_api_v2_inbound_integration}]"
    alarms = MANIFESTS.replace("auto_resolve_timeout: 4h}", f"auto_resolve_timeout: 4h, {integration}}}")
    manifest.write_text(alarms)
    owned = replace(applied, prune="owned")
    assert carry_out_plan(client, ApplyRequest(make_plan(client, load_desired(owned)).plan)).exit_code == 0
    manifest.write_text(MANIFESTS.replace(", auto_resolve_timeout: 4h", ""))
    place = Place("service/checkout")
    accepted = accept_live(client, load_for_accept(owned, place), place)
    assert accepted is not None
    assert accepted.names == ("auto_resolve_timeout", "integrations")
    accepted.write()
    left = [
        change for change in make_plan(client, load_desired(owned)).plan.changes if change.deltas or change.children
    ]
    assert not left
