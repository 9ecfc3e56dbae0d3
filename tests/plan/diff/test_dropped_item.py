"""An item that pdsync added and that is no longer listed goes or is named, by the mode of its list and the prune mode."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Lifecycle, Resource
from pdsync.plan import Change, ChildOperation
from pdsync.plan.diff.dropped_item import UNCLEAR, UNCLEAR_PERSON
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.pairing.removed_field import EDITED, IGNORED, KEEP, NO_DEFAULT
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, policy, service, team, user

PEOPLE = [user("ana"), user("bo"), user("cy")]
API = "events_api_v2_inbound_integration"


def alarm(name: str) -> dict[str, str]:
    return {"name": name, "type": API}


def shop(*names: str, named: bool = True, **spec: Any) -> list[Resource]:
    lists = {"integrations": [alarm(name) for name in names]} if named else {}
    return [*PEOPLE, policy("first", {"user": "ana"}), service("shop", "first", **lists, **spec)]


def red(*keys: str, named: bool = True, role: str = "responder", **spec: Any) -> list[Resource]:
    lists = {"members": [{"user": key, "role": role} for key in keys]} if named else {}
    return [*PEOPLE, team("red", **lists, **spec)]


def change_of(client: RestApiV2Client, wanted: list[Resource], **options: Any) -> Change:
    (change,) = plan_for(client, wanted, **options).changes
    return change


def removed(change: Change) -> list[str]:
    return [it.label for it in change.children if it.operation is ChildOperation.REMOVE]


def left(change: Change) -> dict[str, str]:
    return {it.path: it.why for it in change.unmanaged}


def found(client: RestApiV2Client, collection: str, name: str) -> dict[str, Any]:
    made = client.find(collection, name)
    assert made is not None
    return dict(client.rget(f"{collection}/{made['id']}"))


def integrations(client: RestApiV2Client) -> list[str]:
    return sorted(it["summary"] for it in found(client, "services", "shop")["integrations"])


def members(client: RestApiV2Client) -> list[str]:
    made = found(client, "teams", "red")
    return sorted(it["user"]["summary"] for it in client.list_all(f"teams/{made['id']}/members"))


WAYS_ADDED = {
    "with the object": lambda client: None,
    "later": lambda client: converge(client, shop()),
}


@pytest.mark.parametrize("added", WAYS_ADDED)
@pytest.mark.parametrize("named", [True, False], ids=["list shorter", "list gone"])
@pytest.mark.parametrize("prune", ["off", "report", "owned"])
def test_an_item_of_an_additive_list_follows_the_prune_mode(
    client: RestApiV2Client, prune: str, named: bool, added: str
) -> None:
    WAYS_ADDED[added](client)
    converge(client, shop("one", "two"))
    wanted = shop("one", named=True) if named else shop(named=False)
    change = change_of(client, wanted, prune=prune)
    gone = ["two"] if named else ["one", "two"]
    labels = [f"{name} {API}" for name in gone]
    if prune == "owned":
        assert removed(change) == labels
        assert all(it.is_dropped and it.origin is Origin.OURS for it in change.children)
        assert not change.unmanaged
    else:
        assert not change.children
        assert left(change) == {
            f"integrations[{label}]": f"prune is {prune!r}; apply this plan with prune 'owned' to remove it: later plans do not name it"
            for label in labels
        }
    converge(client, wanted, prune=prune)
    assert not plan_for(client, wanted, prune="owned").changes, "no later plan names what stayed"
    assert integrations(client) == (sorted({"one", "two"} - set(gone)) if prune == "owned" else ["one", "two"])


@pytest.mark.parametrize("prune", ["off", "report", "owned"])
def test_what_was_added_to_an_exclusive_list_goes_with_the_list(client: RestApiV2Client, prune: str) -> None:
    converge(client, red())
    converge(client, red("ana", "bo"))
    plan = plan_for(client, red(named=False), prune=prune)
    assert removed(plan.changes[0]) == ["user/ana", "user/bo"]
    assert "(no longer in the manifest)" in render_plan_text(plan)
    converge(client, red(named=False), prune=prune)
    assert members(client) == []


def test_what_is_no_longer_in_an_exclusive_list_goes_as_ever(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo"))
    change = change_of(client, red("ana"), prune="off")
    assert removed(change) == ["user/bo"]
    assert not change.unmanaged


def test_members_go_although_the_manifests_of_the_people_go_too(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo", members_mode="additive"))
    converge(client, [user("ana"), team("red")], prune="owned")
    assert members(client) == []


def join(client: RestApiV2Client, person: str, role: str) -> None:
    """A membership made by hand."""
    made, who = found(client, "teams", "red"), client.find("users", person)
    assert who is not None
    client.put(f"teams/{made['id']}/users/{who['id']}", json={"role": role})


def test_what_was_edited_found_or_added_by_hand_stays(client: RestApiV2Client) -> None:
    converge(client, red("ana", named=False))
    join(client, "ana", "responder")
    converge(client, red("ana", "bo"))
    join(client, "bo", "manager")
    join(client, "cy", "responder")
    change = change_of(client, red(named=False), prune="owned")
    assert removed(change) == []
    assert left(change) == {"members[user/ana]": "pdsync did not add it", "members[user/bo]": EDITED}
    converge(client, red(named=False), prune="owned")
    assert members(client) == ["ana", "bo", "cy"]


def test_an_item_that_pdsync_only_changed_stays(client: RestApiV2Client) -> None:
    converge(client, red(named=False))
    join(client, "ana", "observer")
    converge(client, red("ana"))
    assert left(change_of(client, red(named=False), prune="owned")) == {"members[user/ana]": "pdsync did not add it"}


def test_of_two_items_of_one_key_neither_goes(client: RestApiV2Client) -> None:
    converge(client, shop("one"))
    made = found(client, "services", "shop")
    client.rpost(f"services/{made['id']}/integrations", json={**alarm("one")})
    change = change_of(client, shop(), prune="owned")
    assert not change.children
    assert left(change) == {f"integrations[one {API}]": "more than one item has its key"}


def test_a_list_whose_mode_changes_is_not_taken_back(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo"))
    change = change_of(client, red("ana", members_mode="additive"), prune="owned")
    assert not change.children
    assert left(change) == {"members[user/bo]": "members_mode is additive now"}


def test_keep_keeps_items_too(client: RestApiV2Client) -> None:
    converge(client, red("ana"))
    assert left(change_of(client, red(named=False), removed_fields="keep")) == {"members[user/ana]": KEEP}


def test_a_list_that_moves_under_ignore_stays(client: RestApiV2Client) -> None:
    converge(client, shop("one"))
    wanted = [
        replace(it, lifecycle=Lifecycle(ignore=("integrations",))) if it.key == "shop" else it for it in shop("one")
    ]
    assert left(change_of(client, wanted, prune="owned")) == {"integrations": IGNORED}


def test_a_description_without_room_drops_the_items_from_the_record_and_nothing_goes(client: RestApiV2Client) -> None:
    text, names = "x" * 741, [f"alarm {number}" for number in range(30)]
    converge(client, shop(*names, description=text))
    change = change_of(client, shop(named=False, description=text), prune="owned")
    assert not change.children
    assert left(change) == {"integrations": "the record does not list its items"}
    assert "integrations is no longer managed and stays: the record does not list its items" in render_plan_text(
        plan_for(client, shop(named=False, description=text))
    )


def test_items_that_are_not_on_record_are_named_when_the_list_gets_shorter(client: RestApiV2Client) -> None:
    text, names = "x" * 741, [f"alarm {number}" for number in range(30)]
    converge(client, shop(*names, description=text))
    assert not plan_for(client, shop(*names, description=text)).changes
    assert not change_of(client, shop(*names, "one more", description=text)).unmanaged
    made = found(client, "services", "shop")["integrations"][0]
    client.rdelete(made)
    assert not change_of(client, shop(*names, description=text)).unmanaged
    converge(client, shop(*names, description=text))
    shorter = shop(*names[1:], description=text)
    assert left(change_of(client, shorter)) == {"integrations[not listed]": "the record does not list its items"}
    converge(client, shorter)
    assert not plan_for(client, shorter).changes


def test_members_are_read_for_a_list_that_went_and_for_no_other(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, red("ana", named=False))
    forget(sandbox)
    plan_for(client, red(named=False))
    assert not [path for _, path in asked(sandbox) if path.endswith("/members")]


def test_an_item_adds_one_request_for_the_record_and_a_create_adds_none(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    def puts() -> int:
        return len([path for method, path in asked(sandbox) if method == "PUT" and path.startswith("/services/")])

    forget(sandbox)
    converge(client, shop("one"))
    assert puts() == 0
    converge(client, shop("one", "two"))
    assert puts() == 1


ADDRESS = "shop@pdsync-sandbox.pagerduty.com"
MAIL = {"name": "mail", "type": "generic_email_inbound_integration"}
FILTER = {"subject_mode": "match", "subject_regex": "down", "body_mode": "always", "from_email_mode": "always"}


@pytest.mark.parametrize("mode", ["exclusive", "additive"])
def test_a_role_that_the_manifest_no_longer_names_is_named(client: RestApiV2Client, mode: str) -> None:
    converge(client, red("ana", role="manager", members_mode=mode))
    bare = [*PEOPLE, team("red", members=[{"user": "ana"}], members_mode=mode)]
    assert left(change_of(client, bare)) == {"members[user/ana].role": NO_DEFAULT}
    assert left(change_of(client, bare, removed_fields="keep")) == {"members[user/ana].role": KEEP}
    converge(client, bare)
    assert not plan_for(client, bare).changes


def test_members_of_an_integration_that_the_manifest_no_longer_names_are_named(client: RestApiV2Client) -> None:
    mail = {**MAIL, "integration_email": ADDRESS}
    rest = [*PEOPLE, policy("first", {"user": "ana"})]
    full = {**mail, "email_filter_mode": "and-rules-email", "email_filters": [FILTER]}
    converge(client, [*rest, service("shop", "first", integrations=[full])])
    change = change_of(client, [*rest, service("shop", "first", integrations=[mail])])
    label = f"integrations[mail {MAIL['type']}]"
    assert left(change) == {f"{label}.email_filter_mode": NO_DEFAULT, f"{label}.email_filters": NO_DEFAULT}


def test_an_item_stays_the_own_one_when_the_manifest_names_more_or_less_of_it(client: RestApiV2Client) -> None:
    def bare(**spec: Any) -> list[Resource]:
        return [*PEOPLE, team("red", members=[{"user": "ana"}], **spec)]

    converge(client, bare())
    converge(client, red("ana", role="manager"))
    assert removed(change_of(client, red(named=False))) == ["user/ana"]
    converge(client, bare())
    assert removed(change_of(client, red(named=False))) == ["user/ana"]


def test_a_limit_counts_the_items_of_a_list_that_goes_as_a_whole(client: RestApiV2Client) -> None:
    converge(client, shop(*map(str, range(6))))
    (refusal,) = plan_for(client, shop(named=False), prune="owned", max_delete_percent=25).refusals
    # 3 people, a policy, a service; 6 integrations and a level.
    assert refusal.startswith("6 removed items are 50 % of the 5 managed objects and 7 items")


def test_an_item_that_a_person_renamed_is_named(client: RestApiV2Client) -> None:
    converge(client, shop("one", "two"))
    item = next(it for it in found(client, "services", "shop")["integrations"] if it["summary"] == "two")
    client.rput(item, json={**client.rget(item), "name": "renamed"})
    change = change_of(client, shop("one"), prune="owned")
    assert removed(change) == []
    assert left(change) == {f"integrations[renamed {API}]": UNCLEAR}


def test_a_member_added_by_hand_in_the_place_of_another_is_not_said_to_be_edited(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo", members_mode="additive"))
    bo = client.find("users", "bo")
    assert bo is not None
    client.delete(f"teams/{found(client, 'teams', 'red')['id']}/users/{bo['id']}")
    join(client, "cy", "responder")
    change = change_of(client, red("ana", members_mode="additive"), prune="owned")
    assert (removed(change), left(change)) == ([], {"members[user/cy]": UNCLEAR_PERSON})


def test_members_go_although_the_key_of_the_person_changed_with_the_revert(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo"))
    converge(client, [user("anna", name="ana", email="ana@example.com"), user("bo"), team("red")])
    assert members(client) == []


def test_members_go_although_an_address_changed_before_or_with_the_revert(client: RestApiV2Client) -> None:
    converge(client, red("ana", "bo", "cy"))
    for key, list_goes in (("ana", False), ("bo", True)):
        person = client.find("users", key)
        assert person is not None
        moved = replace(user(key, email=f"{key}.new@example.com"), id=person["id"])
        wanted = red("ana", "bo", "cy", named=not list_goes)
        if list_goes:
            wanted[0] = user("ana", email="ana.new@example.com")
        wanted = [moved if it.address == moved.address else it for it in wanted]
        converge(client, wanted)
    assert members(client) == []
