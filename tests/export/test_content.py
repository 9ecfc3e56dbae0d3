"""What is in exported files: keys, folders, what is noise and what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.export.key import assign_keys
from pdsync.export.slug import make_slug
from pdsync.kinds import BY_NAME, BY_SLUG, KINDS
from pdsync.model import Account, LiveObject
from pdsync.model.codec.plain import MISSING
from pdsync.plan import build_plan
from tests.export.world import assert_only_adopts, export_of, load
from tests.support.surroundings import minimal, name_of
from tests.support.world import converge, options, policy, resource, service, user


def live(kind: str, identity: str, members: list[dict[str, Any]] | None = None, **raw: Any) -> LiveObject:
    return BY_NAME[kind].read_live({"id": identity, **raw}, {"members": members} if members is not None else None)


def account_of(*objects: LiveObject) -> Account:
    groups: dict[str, tuple[LiveObject, ...]] = {
        slug: tuple(made for made in objects if made.kind == slug) for slug in BY_SLUG
    }
    return Account(groups, frozenset(groups), "2026-06-01T12:00:00Z")


def ref(identity: str, kind: str) -> dict[str, str]:
    return {"id": identity, "type": f"{kind}_reference"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Checkout API", "checkout-api"),
        ("Bob's  Team (EU) — №1!", "bobs-team-eu-no1"),
        ("Größe", "grosse"),
        ("Служба", "sluzhba"),
        ("../../etc", "etc"),
        ("!!!", ""),
        ("word " * 30, "-".join(["word"] * 12)),
        ("x" * 200, "x" * 60),
    ],
)
def test_slugs_are_what_a_person_would_type(text: str, slug: str) -> None:
    assert make_slug(text) == slug


def test_keys_are_unique_stable_and_those_of_our_markers() -> None:
    named = ["API", "api!", "API 2", "日本", "???", "???"]
    objects = [live("Team", f"P{n}AAAA", name=name) for n, name in enumerate(named)]
    objects.append(live("Team", "PMINE", name="Renamed", description="Managed by pdsync: test/team/api"))
    objects.append(live("Team", "PTHEIR", name="Theirs", description="Managed by pdsync: other/team/api"))
    keys = assign_keys(account_of(*objects), "test", {})
    shown = {live.id: keys[live.kind, live.id] for live in objects}
    assert shown == {
        "P0AAAA": "api-3",
        "P1AAAA": "api-4",
        "P2AAAA": "api-2",
        "P3AAAA": "riben",
        "P4AAAA": "team",
        "P5AAAA": "team-2",
        "PMINE": "api",
        "PTHEIR": "theirs",
    }
    assert assign_keys(account_of(*reversed(objects)), "test", {}) == keys


def test_what_is_not_written_is_what_a_new_object_has(client: RestApiV2Client) -> None:
    first = policy("first", {"user": "ana"})
    kinds = [kind for kind in KINDS if kind.label]
    converge(
        client,
        [
            user("ana"),
            first,
            service("shop", "first"),
            *(resource(kind.name, "subject", minimal(kind, "Subject")) for kind in kinds),
        ],
    )
    account = fetch_account(client, Extent(everything=True, also=lambda raw: True))
    for kind in kinds:
        (made,) = [live for live in account.objects[kind.slug] if live.name == name_of(kind, "Subject")]
        # What the shortest manifest names is not left out, and a parent that cannot change is never put back.
        named = {it.name for it in kind.fields if it.fixed} | minimal(kind, "Subject").keys()
        known = {it.name: it.default for it in kind.fields if it.default is not MISSING and it.name not in named}
        assert {name: made.fields[name] for name in known} == known, kind.name


def test_members_that_a_new_item_has_by_itself_are_not_written() -> None:
    way = {"type": "email_contact_method", "address": "ana@example.com"}
    ways = [{**way, "id": "PC1", "send_short_email": False}]
    ways.append({**way, "id": "PC2", "address": "b@example.com", "send_short_email": True})
    ana = live("User", "PANA", name="Ana", email="ana@example.com", role="user", contact_methods=ways)
    text = export_of(account_of(ana)).files["shared/people.yaml"]
    assert text.count("send_short_email") == 1
    assert "send_short_email: true" in text


def test_a_folder_for_each_team_and_one_for_what_no_single_team_owns() -> None:
    rule = {"escalation_delay_in_minutes": 5, "targets": [ref("PANA", "user")]}
    members = [{"user": ref("PANA", "user"), "role": "manager"}]
    layer = {"name": "All", "rotation_virtual_start": "2026-01-05T08:00:00Z", "rotation_turn_length_seconds": 86400, "users": [{"user": ref("PANA", "user")}]}  # fmt: skip
    both = [ref("PRED", "team"), ref("PBLUE", "team")]
    account = account_of(
        live("User", "PANA", name="Ana", email="ana@example.com", role="user"),
        live("User", "PBO", name="Bo", email="bo@example.com", role="user"),
        live("Team", "PRED", [*members, {"user": ref("PBO", "user"), "role": "manager"}], name="Red"),
        live("Team", "PBLUE", members, name="Shared"),
        live("Schedule", "PROTA", name="Rota", time_zone="Etc/UTC", schedule_layers=[layer], teams=both),
        live("EscalationPolicy", "PPOL", name="Shop", escalation_rules=[rule], teams=[ref("PRED", "team")]),
        live("EscalationPolicy", "PFREE", name="Free", escalation_rules=[rule]),
        live("Service", "PSHOP", name="Shop", escalation_policy=ref("PPOL", "escalation_policy")),
        live("Service", "PFREES", name="Free", escalation_policy=ref("PFREE", "escalation_policy")),
    )
    export = export_of(account)
    assert sorted(export.files) == [
        "no-team/on-call.yaml",
        "no-team/people.yaml",
        "no-team/services.yaml",
        "red/on-call.yaml",
        "red/people.yaml",
        "red/services.yaml",
        "red/team.yaml",
        "shared/team.yaml",
    ]
    assert "key: ana" not in export.files["red/people.yaml"]
    assert export.files["red/people.yaml"].startswith("# yaml-language-server: $schema=https://")
    only = export_of(account, team="red")
    assert sorted(only.files) == ["red/on-call.yaml", "red/people.yaml", "red/services.yaml", "red/team.yaml"]
    assert "  teams:\n    - red\n    - {name: Shared}\n" in only.files["red/on-call.yaml"]
    assert_only_adopts(build_plan(load(only), account, options(adopt=True)))


PERSON = live(
    "User",
    "PANA",
    name="Ana",
    email="ana@example.com",
    role="owner",
    color="red",
    description="Likes:\n- tea",
    time_zone="US/Pacific",
    contact_methods=[
        {
            "id": "M1",
            "type": "email_contact_method",
            "address": "ana@example.com",
            "label": "Default",
            "send_short_email": False,
        },
        {
            "id": "M2",
            "type": "push_notification_contact_method",
            "address": "device-token-of-a-phone",
            "label": "iPhone",
        },
        {"id": "M3", "type": "sms_contact_method", "address": "0 55 01", "label": "Old", "country_code": 49},
    ],
    notification_rules=[
        {"id": "R1", "urgency": "high", "start_delay_in_minutes": 0, "contact_method": {"id": "M2"}},
        {"id": "R2", "urgency": "high", "start_delay_in_minutes": 90, "contact_method": {"id": "M1"}},
    ],
)


def test_what_no_manifest_can_hold_is_left_out_and_said() -> None:
    export = export_of(account_of(PERSON))
    text = export.files["shared/people.yaml"]
    assert text.partition("\n\n")[2] == (
        "# role is left out: 'owner' cannot be set through the API.\n"
        "# time_zone is left out: PagerDuty refuses the old zone alias 'US/Pacific'.\n"
        "apiVersion: pdsync/v1\n"
        "kind: User\n"
        "metadata:\n"
        "  name: ana\n"
        "spec:\n"
        "  name: Ana\n"
        "  email: ana@example.com\n"
        "  description: |-\n"
        "    Likes:\n"
        "    - tea\n"
        "  # Left out: 1 contact method that cannot be written in a manifest.\n"
        "  # Left out: 1 contact method that the API cannot create: the person's phone registers itself.\n"
        "  contact_methods:\n"
        "    - {type: email_contact_method, address: ana@example.com, label: Default}\n"
        "  # Left out: 1 notification rule for a contact method that is left out.\n"
        "  notification_rules:\n"
        "    - urgency: high\n"
        "      start_delay_in_minutes: 1h30m\n"
        "      contact_method: {type: email_contact_method, address: ana@example.com}\n"
    )
    assert export.incomplete == ("user/ana",)
    assert_only_adopts(build_plan(load(export), account_of(PERSON), options(adopt=True)))


def test_a_deleted_user_keeps_the_turn_and_an_ended_layer_is_left_out() -> None:
    def layer(name: str, **more: Any) -> dict[str, Any]:
        users = [{"user": ref("PANA", "user")}, {"user": ref("PGONE1", "user")}, {"user": None}]
        return {"name": name, "start": "2026-01-05T08:00:00Z", "rotation_virtual_start": "2026-01-05T08:00:00Z", "rotation_turn_length_seconds": 1209600, "users": users, **more}  # fmt: skip

    rota = live(
        "Schedule",
        "PROTA",
        name="Rota",
        time_zone="Europe/Berlin",
        schedule_layers=[layer("Now"), layer("Old", end="2026-02-01T00:00:00Z")],
    )
    account = account_of(PERSON, rota)
    export = export_of(account)
    text = export.files["shared/on-call.yaml"]
    assert "PGONE1 is a deleted user that PagerDuty still lists here." in text
    assert "returns a deleted user without a name" in text
    assert "Old" not in text
    assert '      rotation_virtual_start: "2026-01-05T09:00"\n' in text
    assert "        - {id: PGONE1}\n" in text
    assert_only_adopts(build_plan(load(export), account, options(adopt=True)))


def test_a_protected_object_stays_protected_and_a_clone_is_left_out() -> None:
    line = "Managed by pdsync: test/team/red"
    account = account_of(
        live("Team", "PRED", [], name="Red", description=f"Words.\n{line} !protect"),
        live("Team", "PBLUE", [], name="Blue", description="Managed by pdsync: test/team/blue"),
        live("Team", "PCLONE", [], name="Blue 2", description="Managed by pdsync: test/team/blue"),
    )
    export = export_of(account)
    assert [text.partition(":")[0] for text in export.left_out] == ["team 'Blue' (PBLUE)", "team 'Blue 2' (PCLONE)"]
    assert "lifecycle:\n  protect: true\n" in export.files["red/team.yaml"]
    assert "pdsync:" not in export.files["red/team.yaml"].partition("spec:")[2]
    changes = build_plan(load(export), account, options()).changes
    assert not [change for change in changes if change.deltas or change.children]


def test_a_large_account_becomes_files_of_a_readable_size() -> None:
    rule = {"escalation_delay_in_minutes": 5, "targets": [ref("PANA", "user")]}
    shared = live("EscalationPolicy", "PPOL", name="All", escalation_rules=[rule])
    services = [
        live(
            "Service",
            f"PS{n:05}",
            name=f"Service {n}",
            description="d" * 700,
            escalation_policy=ref("PPOL", "escalation_policy"),
        )
        for n in range(1000)
    ]
    account = account_of(PERSON, shared, *services)
    export = export_of(account)
    assert export.counts["service"] == 1000
    assert sorted(export.files)[-3:] == ["shared/services-2.yaml", "shared/services-3.yaml", "shared/services.yaml"]
    assert max(map(len, export.files.values())) < 600_000
    assert len(load(export)) == 1002
