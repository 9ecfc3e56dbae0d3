"""Whatever people typed into an account, its export is safe, loads, and means the same."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject
from pdsync.plan import build_plan
from tests.export.world import assert_only_adopts, export_of, load
from tests.support.world import options

WORDS = [
    "../../etc/passwd",
    "/",
    "..",
    ".",
    "a/b",
    "CON",
    "nul.txt",
    "-",
    "yes",
    "null",
    "1e3",
    "12",
    "Team: A #1",
    "- x",
    "\x00",
    "a\nb",
]
MARKS = [
    "Managed by pdsync: test/team/KEY",
    "Managed by pdsync: other/team/key",
    "x\nManaged by pdsync: test/service/x !protect",
]
TEXTS = (
    st.sampled_from(
        [
            *WORDS,
            *MARKS,
            "Ä" * 300,
            "日本語チーム",
            "${var:x} $${env:HOME}",
            "a\n$${var:y}",
            "Служба",
            "a" * 101,
            "\ud800",
            "e\u0301",
            "{{x}}",
            "%",
            "shared",
        ]
    )
    | st.text(max_size=12)
    | st.sampled_from(["Alpha", "alpha", "Beta"])
)
EMAILS = st.sampled_from(
    ["ana@example.com", "ana@example.org", "\x1b@x.yz", "a/../b@x.yz", "+++@x.yz", "not an address", ""]
)
SAFE_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,110}/(team|people|on-call|services)(-[0-9]+)?\.yaml")


def ref(kind: str, number: int) -> dict[str, str]:
    return {"id": f"P{kind[:4].upper().replace('_', '')}{number}", "type": f"{kind}_reference"}


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """A few objects of each kind with any text in every place that holds text; ids of things that are not there too."""
    raws: dict[str, list[dict[str, Any]]] = {slug: [] for slug in BY_SLUG}

    def some(kind: str) -> dict[str, str]:
        return ref(kind, draw(st.integers(0, 3)))

    for number in range(draw(st.integers(0, 3))):
        methods = [
            {"id": "M1", "type": "email_contact_method", "address": draw(EMAILS | TEXTS), "label": draw(TEXTS)},
            {"id": "M2", "type": draw(st.sampled_from(["sms_contact_method", "push_notification_contact_method"])), "address": draw(TEXTS | st.just("5550101")), "label": draw(TEXTS), "country_code": draw(st.sampled_from([1, 44, None, 0]))},
        ]  # fmt: skip
        rules = [
            {
                "id": "R1",
                "urgency": "high",
                "start_delay_in_minutes": draw(st.integers(0, 90)),
                "contact_method": {"id": draw(st.sampled_from(["M1", "M2", "M9"]))},
            }
        ]
        raws["user"].append({**ref("user", number), "name": draw(TEXTS), "email": draw(EMAILS), "role": draw(st.sampled_from(["user", "owner", "new role"])), "job_title": draw(TEXTS), "description": draw(TEXTS), "time_zone": draw(st.sampled_from(["Europe/Berlin", "US/Pacific", "No/Where"])), "contact_methods": methods, "notification_rules": rules})  # fmt: skip
    for number in range(draw(st.integers(0, 3))):
        raws["team"].append(
            {
                **ref("team", number),
                "name": draw(TEXTS),
                "description": draw(TEXTS),
                "default_role": draw(st.sampled_from(["manager", "none", "new"])),
            }
        )
    for number in range(draw(st.integers(0, 2))):
        users = [
            {"user": draw(st.sampled_from([ref("user", 0), ref("user", 9), None]))}
            for _ in range(draw(st.integers(0, 3)))
        ]
        layer = {"name": draw(TEXTS), "start": "2026-01-01T00:00:00Z", "end": draw(st.sampled_from([None, "2026-02-01T00:00:00Z", "2031-02-01T00:00:00Z"])), "rotation_virtual_start": draw(st.sampled_from(["2026-01-01T00:00:00Z", "2026-10-25T01:30:00+01:00", "?"])), "rotation_turn_length_seconds": draw(st.sampled_from([86400, 5400, 1])), "users": users}  # fmt: skip
        raws["schedule"].append({**ref("schedule", number), "name": draw(TEXTS), "time_zone": draw(st.sampled_from(["Europe/Berlin", "US/Pacific"])), "description": draw(TEXTS), "schedule_layers": [layer], "teams": [some("team")]})  # fmt: skip
    for number in range(draw(st.integers(0, 3))):
        targets = [draw(st.sampled_from([ref("user", 0), ref("schedule", 0), ref("user", 9)]))]
        rules = [{"escalation_delay_in_minutes": draw(st.integers(0, 120)), "targets": targets}]
        raws["escalation_policy"].append({**ref("escalation_policy", number), "name": draw(TEXTS), "description": draw(TEXTS), "num_loops": draw(st.integers(0, 12)), "on_call_handoff_notifications": "always", "escalation_rules": rules, "teams": [some("team")][: draw(st.integers(0, 1))]})  # fmt: skip
    for number in range(draw(st.integers(0, 3))):
        integrations = [
            {
                "id": "I1",
                "name": draw(TEXTS),
                "type": draw(st.sampled_from(["events_api_v2_inbound_integration", "new_type"])),
                "integration_key": "SECRETSECRETSECRETSECRETSECRETSE",
            }
        ]
        urgency = draw(st.sampled_from([{"type": "constant", "urgency": "low"}, {"type": "use_support_hours", "during_support_hours": {"urgency": "high"}, "outside_support_hours": {"urgency": "low"}}, {"type": "new"}, None]))  # fmt: skip
        hours = draw(
            st.sampled_from(
                [
                    None,
                    {
                        "time_zone": "Europe/Berlin",
                        "days_of_week": [1, 5],
                        "start_time": "09:00:00",
                        "end_time": "17:30:00",
                    },
                ]
            )
        )
        raws["service"].append({**ref("service", number), "name": draw(TEXTS), "description": draw(TEXTS), "status": "warning", "escalation_policy": some("escalation_policy"), "auto_resolve_timeout": draw(st.sampled_from([None, 0, 14400, 5])), "incident_urgency_rule": urgency, "support_hours": hours, "integrations": integrations})  # fmt: skip
    objects: dict[str, tuple[LiveObject, ...]] = {}
    for slug, group in raws.items():
        members = [{"user": ref("user", number), "role": "manager"} for number in range(len(raws["user"]))]
        objects[slug] = tuple(
            BY_SLUG[slug].read_live(raw, {"members": members} if slug == "team" else None) for raw in group
        )
    return Account(objects, frozenset(BY_SLUG), "2026-06-01T12:00:00Z")


@settings(max_examples=80)
@given(accounts())
def test_any_text_in_an_account_is_exported_safely_and_means_the_same(account: Account) -> None:
    export = export_of(account)
    assert all(SAFE_PATH.fullmatch(name) for name in export.files), list(export.files)
    assert len({name.casefold() for name in export.files}) == len(export.files)
    whole = "".join(export.files.values())
    assert "SECRET" not in whole
    assert whole.encode("utf-8").decode("utf-8") == whole
    count = sum(len(group) for group in account.objects.values())
    assert sum(export.counts.values()) + len(export.left_out) == count
    resources = load(export)
    assert len(resources) == sum(export.counts.values())
    assert_only_adopts(build_plan(resources, account, options(adopt=True)))
    assert export_of(account).files == export.files
