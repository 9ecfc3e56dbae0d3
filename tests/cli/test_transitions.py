"""The states an account goes through, row by row: after each one the account is as written, and a re-plan is empty.

Every row writes manifests, runs pdsync as a user does, and says what must hold. One account goes through all of them, with
objects beside it that are no one's business.
"""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync, Run
from tests.support.recorded import forget, writes
from tests.support.setting import CONFIG


class Account:
    """The account under test, its manifests, and pdsync."""

    def __init__(self, folder: Path, pdsync: Pdsync, client: RestApiV2Client, sandbox: SandboxServer) -> None:
        self.folder, self._pdsync, self.client, self.sandbox = folder, pdsync, client, sandbox

    def write(self, **documents: str | None) -> None:
        """Writes manifests, one file each; None removes one."""
        for name, text in documents.items():
            file = self.folder / "manifests" / f"{name}.yaml"
            if text is None:
                file.unlink()
            else:
                file.write_text(text)

    def run(self, *arguments: str) -> Run:
        return self._pdsync(*arguments)

    def apply(self, *arguments: str) -> Run:
        """Applies, and demands that a re-plan is empty."""
        run = self.run("apply", "--yes", *arguments)
        assert run.code == 0, run
        again = self.run("plan", "--detailed-exitcode")
        assert again.code == 0, again
        return run

    def one(self, collection: str, name: str) -> dict[str, Any]:
        found = [held for held in self.client.iter_all(collection) if held["name"] == name]
        assert len(found) == 1, (collection, name, found)
        return dict(self.client.rget(found[0]))

    def names(self, collection: str) -> list[str]:
        names = (held["name"] for held in self.client.iter_all(collection))
        return sorted(name for name in names if not name.startswith("Bystander"))


def manifest(kind: str, key: str, spec: str, lifecycle: str = "") -> str:
    head = f"apiVersion: pdsync/v1\nkind: {kind}\nmetadata: {{name: {key}}}\n"
    tail = f"lifecycle: {{{lifecycle}}}\n" if lifecycle else ""
    return head + tail + "spec:\n" + textwrap.indent(textwrap.dedent(spec).strip(), "  ") + "\n"


def policy(key: str = "first", target: str = "{user: ana}", name: str = "First", lifecycle: str = "") -> str:
    spec = f"name: {name}\nescalation_rules:\n  - {{escalation_delay_in_minutes: 10m, targets: [{target}]}}"
    return manifest("EscalationPolicy", key, spec, lifecycle)


def team(key: str, name: str, lifecycle: str = "") -> str:
    return manifest("Team", key, f"name: {name}", lifecycle)


def service(key: str = "shop", name: str = "Shop", more: str = "", lifecycle: str = "") -> str:
    return manifest("Service", key, f"name: {name}\nescalation_policy: first\n{more}", lifecycle)


ANA = manifest("User", "ana", "{name: Ana, email: ana@example.com, role: limited_user}")
DAYS = manifest(
    "Schedule",
    "days",
    """
    name: Days
    time_zone: Europe/Berlin
    schedule_layers:
      - {name: All, users: [ana], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}
    """,
)
LAYER = {
    "name": "All",
    "start": "2026-01-05T09:00:00Z",
    "rotation_virtual_start": "2026-01-05T09:00:00Z",
    "rotation_turn_length_seconds": 86_400,
}
MAIL = "integrations:\n  - {name: Alarms, type: %s}\n"
V2, API = "events_api_v2_inbound_integration", "generic_events_api_inbound_integration"


@pytest.fixture
def account(folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client) -> Any:
    (folder / "pdsync.yaml").write_text(CONFIG + "prune: {max_deletes: 5, max_delete_percent: 100}\n")
    (folder / "manifests").mkdir()
    found = Account(folder, pdsync, client, online)
    found.write(ana=ANA, first=policy(), shop=service())
    found.apply()
    # What follows must never be touched by any row.
    first = found.one("escalation_policies", "First")
    for name, text in (("No one's", "By hand."), ("Theirs", "Managed by pdsync: other/service/theirs")):
        body = {
            "type": "service",
            "name": name,
            "description": text,
            "escalation_policy": {"id": first["id"], "type": "escalation_policy_reference"},
        }
        client.rpost("services", json=body)
    before = {name: found.one("services", name) for name in ("No one's", "Theirs")}
    yield found
    assert {name: found.one("services", name) for name in before} == before, (
        "unmanaged and foreign objects are as they were"
    )


def test_create_and_change_and_move_the_file(account: Account) -> None:
    account.write(days=DAYS, red=team("red", "Red"), first=policy(target="{schedule: days}, {user: ana}"))
    assert "2 to create, 0 to adopt, 1 to update" in account.apply().out
    (account.folder / "manifests" / "shop.yaml").rename(account.folder / "manifests" / "moved.yaml")
    assert account.run("plan").out.startswith("No changes.")


def test_rename_is_an_update(account: Account) -> None:
    before = account.one("services", "Shop")
    account.write(shop=service(name="Store"))
    assert "name: Shop -> Store" in account.apply().out
    assert account.one("services", "Store")["id"] == before["id"]


def test_swapped_names_and_a_chain_of_names_apply_in_one_run(account: Account) -> None:
    account.write(a=team("a", "A"), b=team("b", "B"), c=team("c", "C"))
    account.apply()
    ids = {name: account.one("teams", name)["id"] for name in "ABC"}
    account.write(a=team("a", "B"), b=team("b", "A"))
    account.apply()
    assert {name: account.one("teams", name)["id"] for name in "AB"} == {"B": ids["A"], "A": ids["B"]}
    account.write(a=team("a", "C"), b=team("b", "B"), c=team("c", "D"))  # each takes what the next one frees
    account.apply()
    assert {name: account.one("teams", name)["id"] for name in "CBD"} == {"C": ids["A"], "B": ids["B"], "D": ids["C"]}
    account.write(a=team("a", "B"), b=team("b", "D"), c=team("c", "C"))  # a ring of three
    account.apply()
    assert {name: account.one("teams", name)["id"] for name in "BCD"} == {"B": ids["A"], "D": ids["B"], "C": ids["C"]}


def test_a_changed_key_keeps_its_object_with_moved_from(account: Account) -> None:
    before = account.one("services", "Shop")
    account.write(shop=service("store"))
    run = account.run("plan")
    assert run.code == 5
    assert "it has the name or the former key of service/shop (" in run.out
    assert "moved_from: shop" in run.out
    account.write(shop=service("store", lifecycle="moved_from: shop"))
    assert "metadata.name: shop -> store" in account.apply().out
    after = account.one("services", "Shop")
    assert after["id"] == before["id"]
    assert "Managed by pdsync: acme/service/store" in after["description"]
    account.write(shop=service("store", name="Moved", lifecycle="moved_from: [older, shop]"))
    account.apply()
    assert account.one("services", "Moved")["id"] == before["id"]


def test_a_changed_key_and_name_is_suggested_by_what_it_says(account: Account) -> None:
    account.write(shop=service("store", name="Store", more="auto_resolve_timeout: 4h"))
    account.apply()
    account.write(shop=service("market", name="Market", more="auto_resolve_timeout: 4h"))
    out = account.run("plan", "--prune", "owned").out
    assert "looks like service/store (" in out


def test_an_integration_of_another_type_is_made_before_the_old_one_goes(account: Account) -> None:
    account.write(shop=service(more=MAIL % V2))
    account.apply()
    account.write(shop=service(more=MAIL % API))
    refused = account.run("apply", "--yes")
    assert refused.code == 5
    assert "--rotate-key service/shop" in refused.out
    forget(account.sandbox)
    run = account.apply("--rotate-key", "service/shop")
    assert "routing key" in run.out
    methods = [method for method, path in writes(account.sandbox) if "/integrations" in path]
    assert methods == ["POST", "DELETE"]
    held = account.client.rget(account.one("services", "Shop"), params={"include[]": ["integrations"]})["integrations"]
    assert [item["type"] for item in held] == [API]


def test_a_tombstone_deletes_and_may_stay(account: Account) -> None:
    account.write(red=team("red", "Red"), days=DAYS)
    account.apply()
    account.write(red=team("red", "Red", "absent: true"))
    run = account.apply()
    assert "  - Red  team/red  manifests/red.yaml:1" in run.out
    assert account.names("teams") == []
    assert account.run("plan").out.startswith("No changes.")
    account.write(
        red="apiVersion: pdsync/v1\nkind: Schedule\nmetadata: {name: days}\nlifecycle: {absent: true}\nspec: {name: Days}\n",
        days=None,
    )
    account.apply()
    assert account.names("schedules") == []


def test_a_tombstone_takes_nothing_that_is_used_protected_or_someone_elses(account: Account) -> None:
    account.write(first=policy(lifecycle="absent: true"))
    run = account.run("validate")
    assert run.code == 1
    assert "EscalationPolicy 'first' will be deleted ('absent: true' at manifests/first.yaml:1)" in run.out
    account.write(first=policy(), red=team("red", "Red", "protect: true"))
    account.apply()
    account.write(red=team("red", "Red", "absent: true"), hand=service("nobodys", "No one's", lifecycle="absent: true"))
    run = account.run("apply", "--yes")
    assert run.code == 5
    assert "it is protected: apply its manifest without 'protect: true' first" in run.out
    assert "nothing shows that pdsync created it; to delete it anyway add 'adopt: true'" in run.out
    account.write(hand=service("theirs", "Theirs", lifecycle="absent: true, adopt: true"))
    run = account.run("apply", "--yes")
    assert run.code == 1
    assert "is managed by the workspace 'other'" in run.err


def test_a_person_is_deleted_by_a_tombstone_once_nothing_needs_them(account: Account) -> None:
    bo = "{name: Bo, email: bo@example.com, role: limited_user}"
    account.write(bo=manifest("User", "bo", bo), first=policy(target="{user: bo}"))
    account.apply()
    account.write(bo=manifest("User", "bo", bo, "absent: true"), first=policy())
    run = account.run("apply", "--yes")
    assert run.code == 5
    says = "people carry no ownership line, so pdsync cannot know who made this one, a person or an earlier apply"
    assert f"{says}; to delete it anyway add 'adopt: true' next to 'absent: true'" in run.out
    assert "nothing shows that pdsync created it" not in run.out
    account.write(bo=manifest("User", "bo", bo, "absent: true, adopt: true"))
    run = account.apply()
    order = [line.split()[2] for line in run.out.partition("Digest")[2].splitlines() if line.startswith(("  ~", "  -"))]
    assert order == ["First", "Bo"]
    assert "Bo" not in account.names("users")


def test_prune_protect_and_its_limits(account: Account) -> None:
    teams = {f"t{number}": team(f"t{number}", f"T{number}") for number in range(7)}
    account.write(**teams, kept=team("kept", "Kept", "protect: true"))
    account.apply()
    account.write(**dict.fromkeys(teams), kept=None)
    assert "'prune: owned' would delete it" in account.run("plan").out
    run = account.run("apply", "--yes", "--prune", "owned")
    assert run.code == 5
    assert "7 deletes exceed the limit of 5" in run.out
    assert "it is protected and stays" in run.out
    digest = run.err.partition("--approve-deletes ")[2].strip()
    wrong = account.run("apply", "--yes", "--prune", "owned", "--approve-deletes", "0" * 16)
    assert (wrong.code, "another plan was approved" in wrong.err) == (5, True)
    assert account.run("apply", "--yes", "--prune", "owned", "--approve-deletes", digest).code == 0
    assert account.names("teams") == ["Kept"]


def test_limits_by_kind(account: Account) -> None:
    config = account.folder / "pdsync.yaml"
    config.write_text(
        "workspace: acme\npaths: [manifests]\nprune:\n  mode: owned\n  max_delete_percent: 100\n  kinds:\n    Team: {max_deletes: 1}\n    Schedule: report\n"
    )
    account.write(a=team("a", "A"), b=team("b", "B"), days=DAYS)
    account.apply()
    account.write(a=None, b=None, days=None)
    run = account.run("apply", "--yes")
    assert run.code == 5
    assert "2 deletes of teams exceed the limit of 1 (prune.kinds.Team.max_deletes in pdsync.yaml)" in run.out
    account.write(b=team("b", "B"))
    account.apply()
    assert (account.names("teams"), account.names("schedules")) == (["B"], ["Days"])


def test_adopt_in_an_apply_and_by_itself(account: Account, pdsync: Pdsync) -> None:
    account.client.rpost("teams", json={"type": "team", "name": "Red", "description": "By hand."})
    account.write(red=team("red", "Red"))
    run = account.run("apply", "--yes")
    assert run.code == 5
    assert "it exists and pdsync did not create it" in run.out
    forget(account.sandbox)
    run = account.run("adopt", "team/red", "--yes")
    assert run.code == 0, run
    assert [method for method, _ in writes(account.sandbox)] == ["PUT"]
    assert account.one("teams", "Red")["description"].startswith("By hand.\nManaged by pdsync: acme/team/red")
    assert account.run("plan", "--detailed-exitcode").code == 0
    again = account.run("adopt", "team/red", "user/ana", "--yes")
    assert again.code == 0
    assert "team/red: is managed already" in again.err
    assert "user/ana: people carry no ownership line" in again.err


def test_adopt_takes_nothing_that_differs(account: Account) -> None:
    for name in ("Red", "Blue"):
        account.client.rpost("teams", json={"type": "team", "name": name})
    account.write(
        red=manifest("Team", "red", "{name: Red, description: New}"),
        blue=team("blue", "Blue"),
        none=team("none", "None"),
    )
    forget(account.sandbox)
    run = account.run("adopt", "team/red", "team/blue", "team/none", "--yes")
    assert run.code == 5
    assert "team/red (" in run.err
    assert "differs in description" in run.err
    assert "team/none: the account has no such object" in run.err
    assert writes(account.sandbox) == []
    assert account.run("adopt", "team/unknown", "--yes").code == 1
    assert account.run("adopt", "nonsense", "--yes").code == 1


def test_release_lets_go_and_nothing_else(account: Account) -> None:
    account.write(shop=service(more="description: Sells.\n"), red=team("red", "Red"))
    account.apply()
    before = account.one("services", "Shop")
    account.write(shop=None)
    forget(account.sandbox)
    run = account.run("release", "Service/shop", "team/red", "--yes")
    assert run.code == 0, run
    assert [method for method, _ in writes(account.sandbox)] == ["PUT", "PUT"]
    after = account.one("services", "Shop")
    assert after["description"] == "Sells."
    assert {k: v for k, v in after.items() if k != "description"} == {
        k: v for k, v in before.items() if k != "description"
    }
    account.write(red=None)
    assert account.run("plan", "--prune", "owned", "--detailed-exitcode").code == 0
    run = account.run("release", "service/shop", "--yes")
    assert (run.code, "no object carries the ownership line of acme/service/shop" in run.err) == (1, True)
    assert account.run("release", "user/ana", "--yes").code == 1


def test_a_foreign_object_is_never_taken(account: Account) -> None:
    account.write(theirs=service("theirs", "Theirs"))
    run = account.run("apply", "--yes", "--adopt")
    assert run.code == 1
    assert "'Theirs' is managed by the workspace 'other'" in run.err
    assert account.run("release", "service/theirs", "--yes").code == 1


def test_a_clone_is_a_problem_until_its_line_is_gone(account: Account) -> None:
    shop = account.one("services", "Shop")
    clone = account.client.rpost(
        "services",
        json={
            "type": "service",
            "name": "Shop copy",
            "description": shop["description"],
            "escalation_policy": shop["escalation_policy"],
        },
    )
    run = account.run("plan")
    assert run.code == 1
    assert shop["id"] in run.err
    assert clone["id"] in run.err
    assert "Cloning in the web application copies the line" in run.err
    account.client.rput(clone, json={"type": "service", "name": "Shop copy", "description": "A copy."})
    assert account.run("plan", "--detailed-exitcode").code == 0


def test_the_line_is_found_below_what_people_write_and_taken_anew_when_it_is_deleted(account: Account) -> None:
    shop = account.one("services", "Shop")
    text = f"Written by hand.\n\nAnd more.\n{shop['description']}"
    account.client.rput(shop, json={"type": "service", "name": "Shop", "description": text})
    assert account.run("plan", "--detailed-exitcode").code == 0  # the description is not managed
    account.client.rput(shop, json={"type": "service", "name": "Shop", "description": "Written by hand."})
    run = account.run("plan")
    assert run.code == 5
    assert "» Shop" in run.out
    assert account.run("adopt", "service/shop", "--yes").code == 0
    assert account.run("plan", "--detailed-exitcode").code == 0


def test_a_description_without_room_for_the_line_is_a_blocker(account: Account) -> None:
    account.client.rpost("teams", json={"type": "team", "name": "Red", "description": "x" * 1020})
    account.write(red=team("red", "Red", "adopt: true"))
    run = account.run("apply", "--yes")
    assert run.code == 5
    assert "its description leaves no room for the ownership line: shorten it by " in run.out


def test_a_service_that_no_one_would_be_called_for_is_a_risk(account: Account) -> None:
    account.write(first=policy(target="{schedule: days}"), days=DAYS)
    account.apply()
    ana = {"user": {"id": account.one("users", "Ana")["id"], "type": "user_reference"}}
    end = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:00:00Z")
    over = {**LAYER, "end": end, "users": [ana]}
    body = {"type": "schedule", "name": "Over", "time_zone": "Etc/UTC", "schedule_layers": [over]}
    made = account.client.rpost("schedules", json=body)
    account.sandbox.control.advance(7200)
    account.write(first=policy(target=f"{{schedule: {{id: {made['id']}}}}}"))
    run = account.run("plan")
    assert "Risks\n  ! service 'Shop' is left without responders: escalation_policy/first reaches no one" in run.out


def test_removing_a_layer_ends_it_by_its_name(account: Account) -> None:
    spec = """
    name: Nights
    time_zone: Europe/Berlin
    schedule_layers:
      - {name: Low, users: [ana], rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1w}
      - {name: High, users: [ana], rotation_virtual_start: "2026-01-05T21:00", rotation_turn_length_seconds: 1d}
    """
    account.write(nights=manifest("Schedule", "nights", spec))
    account.apply()
    ids = {layer["name"]: layer["id"] for layer in account.one("schedules", "Nights")["schedule_layers"]}
    without = "\n".join(line for line in textwrap.dedent(spec).splitlines() if "Low" not in line)
    account.write(nights=manifest("Schedule", "nights", without))
    assert "layer 'Low' is ended, not deleted" in account.apply().out
    live = {layer["name"]: layer for layer in account.one("schedules", "Nights")["schedule_layers"]}
    assert {name: layer["id"] for name, layer in live.items()} == ids
    assert live["Low"]["end"] is not None
    assert live["High"]["end"] is None


def test_a_clone_is_never_released_in_place_of_the_original(account: Account) -> None:
    shop = account.one("services", "Shop")
    body = {name: shop[name] for name in ("type", "description", "escalation_policy")}
    clone = account.client.rpost("services", json={**body, "name": "Shop copy"})
    forget(account.sandbox)
    run = account.run("release", "service/shop", "--yes")
    assert run.code == 1
    assert shop["id"] in run.err
    assert clone["id"] in run.err
    assert writes(account.sandbox) == []


def test_what_people_write_below_the_line_does_not_make_an_object_free(account: Account) -> None:
    theirs = account.one("services", "Theirs")
    shop = account.one("services", "Shop")
    account.client.rput(shop, json={"type": "service", "name": "Shop", "description": shop["description"] + "\nPS: x"})
    assert account.run("plan", "--detailed-exitcode").code == 0
    text = "Managed by pdsync: beta/service/shop\nPS: y"
    policy_of = theirs["escalation_policy"]
    account.client.rpost(
        "services", json={"type": "service", "name": "Other", "description": text, "escalation_policy": policy_of}
    )
    account.write(other=service("other", "Other"))
    run = account.run("apply", "--yes", "--adopt")
    assert run.code == 1
    assert "'Other' is managed by the workspace 'beta'" in run.err


def test_a_manifest_may_not_write_an_ownership_line(account: Account) -> None:
    account.write(shop=service(more='description: "Managed by pdsync: other/service/zz"\n'))
    run = account.run("validate")
    assert run.code == 1
    assert "contains an ownership line of pdsync" in run.out


def test_protection_that_was_edited_away_still_holds(account: Account) -> None:
    account.write(red=team("red", "Red", "protect: true"))
    account.apply()
    red = account.one("teams", "Red")
    bare = red["description"].replace(" !protect", "")
    account.client.rput(red, json={"type": "team", "name": "Red", "description": bare})
    assert "Edited in the account since it was applied" in account.run("drift").out
    account.write(red=None)
    assert "it is protected and stays" in account.run("plan", "--prune", "owned").out


def test_a_full_description_leaves_fields_out_of_the_record_and_blocks_nothing(account: Account) -> None:
    shop = account.one("services", "Shop")
    line = shop["description"]
    text = "x" * (1024 - len(line) - 1)
    account.client.rput(shop, json={"type": "service", "name": "Shop", "description": f"{text}\n{line}"})
    account.write(shop=service(more="acknowledgement_timeout: 30m\nauto_resolve_timeout: 4h"))
    account.apply()
    described = account.one("services", "Shop")["description"]
    assert described.startswith(f"{text}\nManaged by pdsync: acme/service/shop #2x.")
    assert len(described) <= 1024
    account.write(shop=service())
    assert "no longer in the manifest" not in account.run("plan").out, "what is not on record is not taken back"


def test_owned_pruning_needs_a_name_for_the_workspace(account: Account) -> None:
    (account.folder / "pdsync.yaml").write_text("paths: [manifests]\nprune: {mode: owned}\n")
    run = account.run("plan")
    assert run.code == 64
    assert "'prune: owned' needs a workspace name" in run.err
