"""Every command that takes a name takes a key, a name in PagerDuty, an email address, an id, and each of them after KIND/."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.engine.name import Names, is_address
from pdsync.model import Account
from pdsync.sandbox import SandboxServer
from tests.cli.company import Company
from tests.support.recorded import forget, writes

MOVED = {
    "user/the-bo": "{name: Bo Long, email: bo.long@example.com, role: limited_user}",
    "schedule/duty": """{name: Night Duty, time_zone: Etc/UTC, schedule_layers: [{name: All, users: [the-bo],
rotation_virtual_start: "2026-01-05T09:00", rotation_turn_length_seconds: 1d}]}""",
    "escalation_policy/web-first": "{name: Web First, escalation_rules: [{escalation_delay_in_minutes: 10m, targets: [{schedule: duty}]}]}",
    "service/web": "{name: Web Shop, escalation_policy: web-first}",
}
COLLECTIONS = {
    "service": "services",
    "schedule": "schedules",
    "user": "users",
    "escalation_policy": "escalation_policies",
}


@pytest.fixture
def named(company: Company) -> Company:
    """Objects of which no key is a name."""
    company.write(MOVED)
    assert company.run("apply", "--yes").code == 0
    return company


def ways(company: Company, address: str, name: str, *, live: bool, email: str = "") -> list[str]:
    """All that an object can be called; its id only where the account is asked."""
    kind, _, key = address.partition("/")
    found = company.client.find(COLLECTIONS[kind], name)
    assert found is not None
    ids = [found["id"]] if live else []
    return [key, name, *ids[:1], *([email] if email else [])]


QUESTIONS = [
    (("oncall",), "service/web", "Web Shop", ""),
    (("oncall",), "escalation_policy/web-first", "Web First", ""),
    (("oncall",), "schedule/duty", "Night Duty", ""),
    (("oncall",), "user/the-bo", "Bo Long", "bo.long@example.com"),
    (("explain",), "service/web", "Web Shop", ""),
    (("schedule", "show"), "schedule/duty", "Night Duty", ""),
    (("schedule", "show"), "user/the-bo", "Bo Long", "bo.long@example.com"),
    (("graph", "--service"), "service/web", "Web Shop", ""),
]


def test_questions_take_every_name_with_and_without_the_account(named: Company) -> None:
    for live in (False, True):
        for command, address, name, email in QUESTIONS:
            options = ("--live",) if live else ()
            shown = set()
            for text in ways(named, address, name, live=live, email=email):
                run = named.run(*command, text, *options)
                assert run.code == 0, (command, text, live, run.err)
                shown.add(run.out)
            assert len(shown) == 1, (command, address, live)
    refused = named.run("explain", "duty")
    assert (refused.code, "'duty' is not a service" in refused.err, "pdsync oncall duty" in refused.err) == (
        1,
        True,
        True,
    )
    missing = named.run("schedule", "show", "dutty")
    assert (missing.code, "no service, policy, schedule or person is called 'dutty'" in missing.err) == (1, True)
    assert "Did you mean 'duty'?" in missing.err


def test_commands_about_manifests_take_every_name(named: Company, online: SandboxServer) -> None:
    things = (("service/web", "Web Shop", ""), ("user/the-bo", "Bo Long", "bo.long@example.com"))
    lines = (("accept",), ("plan", "--target"), ("drift", "--target"), ("adopt",), ("apply", "--yes", "--target"))
    forget(online)
    for address, name, email in things:
        for line in lines:
            for text in ways(named, address, name, live=True, email=email):
                run = named.run(*line, text)
                assert run.code == 0, (line, text, run.err)
    assert writes(online) == []
    for line in (("release", "--yes"), ("adopt", "--yes")):
        run = named.run(*line, "Web Shop")
        assert run.code == 0, (line, run.err)
        assert "service/web" in run.out
    run = named.run("accept", "bo.long@example.com:role", "--dry-run")
    assert (run.code, "user/the-bo:role" in run.out) == (0, True), run.err


def test_one_error_for_what_is_missing_and_one_for_what_is_several(named: Company) -> None:
    named.write({"team/web": "{name: Web}"})
    for line in (("accept",), ("plan", "--target"), ("adopt", "--yes"), ("release", "--yes"), ("drift", "--target")):
        missing = named.run(*line, "Web Shpo")
        assert (missing.code, missing.out) == (1, "")
        assert "no object is called 'Web Shpo'" in missing.err
        assert "Did you mean 'Web Shop'?" in missing.err
        several = named.run(*line, "web")
        assert (several.code, several.out) == (64, "")
        assert "2 objects are called 'web'" in several.err
        assert "Write one of: " in several.err
        assert "service/web" in several.err
        assert "team/web" in several.err
        kind = named.run(*line, "servce/Web Shpo")
        assert (kind.code, "Did you mean 'Service'?" in kind.err or "Did you mean 'service'?" in kind.err) == (
            64,
            True,
        ), kind.err
    unmanaged = named.by_hand("team", name="By Hand")
    run = named.run("adopt", unmanaged["id"])
    assert (run.code, f"team 'By Hand' ({unmanaged['id']}) has no manifest here" in run.err) == (1, True)


def test_an_address_costs_neither_a_look_at_the_manifests_nor_one_at_the_account(tmp_path: Path) -> None:
    from pdsync.engine.desired import Workspace

    def read() -> Account:
        raise AssertionError("the account is read")

    names = Names(Workspace(paths=(str(tmp_path / "missing"),)), read)
    assert names.address("Service/checkout") == "service/checkout"
    assert [
        is_address(text) for text in ("service/checkout", "service/Checkout API", "checkout", "service/PABC123")
    ] == [True, False, False, False]
    with pytest.raises(AssertionError, match="the account is read"):
        names.address("checkout")
