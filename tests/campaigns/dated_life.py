"""A workspace over months: runs that come late, edits by hand, faults, kills, plans that are old, and what must be true after each."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from pdsync.engine import connection
from tests.campaigns.dated import on_grid
from tests.campaigns.dated_account import (
    DatedAccount,
    check_coverage,
    check_ended,
    check_foreign,
    check_overrides,
    check_turns,
    check_windows,
    find_wanted,
)
from tests.campaigns.dated_workspace import DatedWorkspace
from tests.campaigns.harness import Harness, Run
from tests.campaigns.test_fault import _TIMEOUT_S, FAULTS, WRITES, wait_for_late_ones
from tests.campaigns.test_kill import stop_at

_DUE = timedelta(days=7)
"""What begins within this time must exist."""
_SHARE_KILLED = 0.04
_RENAMED = " has no 'rota"
"""What the first apply says of a new override whose rotation gets another name in the same apply. The second one makes it."""


class DatedLife:
    """One workspace and its account, step by step."""

    def __init__(self, harness: Harness, random: Random) -> None:
        self.harness, self.random = harness, random
        self.workspace = DatedWorkspace(harness, random)
        self.control = harness.server.control
        self.log = self.workspace.log
        self.before: Any = {}
        """What was stored before the last apply."""
        self._is_settled = False
        """Whether the account is as the manifests say, apart from what time does."""

    def begin(self) -> None:
        """The first apply, and what others have in the account."""
        self.workspace.begin()
        done = self.harness.apply()
        assert done.code == 0, done.out + done.err
        for number in range(2):
            self._add_foreign_window(f"Theirs {number}")
        self.converge()

    def step(self) -> None:
        """Something happens; then the account is brought in line, and compared."""
        self.workspace.pass_time()
        self.look_for_drift()
        random = self.random
        if random.random() < 0.4:
            self._edit_by_hand()
        if random.random() < 0.75:
            self.workspace.edit()
            self._is_settled = False
        how = random.random()
        if how < 0.15:
            self._apply_an_old_plan()
        elif how < 0.3:
            self._apply_at_an_edge()
        elif how < 0.45:
            self._apply_under_faults()
        elif how < 0.45 + _SHARE_KILLED:
            self._apply_and_kill()
        if random.random() < 0.9:
            self.converge()

    # Runs.

    def converge(self) -> None:
        """An apply that nothing disturbs, after which everything is as the manifests say."""
        self.workspace.settle_clock()
        before = self.workspace.look()
        done = self._apply()
        if done.code in (1, 5):
            self._give_up_items(done)
            before = self.workspace.look()
            done = self._apply()
        if done.code == 3 and _RENAMED in done.out:
            self._check(before)
            self.harness.count(renamed_meanwhile=1)
            self.converge()
            return
        assert done.code == 0, done.out + done.err + self.harness.run("plan").out
        after = self._check(before)
        check_windows(before, after, self.workspace.windows)
        did_at_once = check_overrides(before, after, self.workspace.overrides)
        if not did_at_once and not self.workspace.is_at_once:
            check_turns(before, after, self.workspace.first_said_change(before.now))
        again = self._run("plan", "--detailed-exitcode")
        if again.code in (1, 5):  # the rotation of an override that had not begun is gone, and the override with it
            self._give_up_items(again)
            self.converge()
            return
        assert again.code == 0, again.out + again.err + self.harness.run("plan").out
        drift = self._run("drift")
        assert drift.code == 0, drift.out + drift.err
        self._is_settled = True
        self.harness.count(applies=1)

    def look_for_drift(self) -> None:
        """After time passed alone, only windows that begin soon are missing."""
        now = self.workspace.now
        found = self._run("drift")
        assert found.code in (0, 2), found.out + found.err
        if self._is_settled:
            account = self.workspace.look()
            meant = find_wanted(account, self.workspace.windows)
            late = {key for key, (start, _) in meant.items() if key not in account.open_windows and start <= now + _DUE}
            assert found.code == (2 if late else 0), f"{sorted(late)}: {found.out}{found.err}"
            self.harness.count(drifts=found.code == 2, no_drifts=found.code == 0)

    def _apply_an_old_plan(self) -> None:
        """A saved plan, and time passes before it is applied. What it does is right today, or it is refused."""
        planned = self._run("plan", "--out", "plan.json")
        if planned.code in (1, 5):
            return
        assert planned.code == 0, planned
        self.workspace.pass_time()
        before = self.workspace.look()
        self.control.forget()
        done = self.harness.run("-q", "apply", "--yes", "--plan", "plan.json")
        assert done.code in (0, 3, 4, 5), done.out + done.err
        if done.code in (4, 5):
            self.workspace.assert_nothing_written()
        self._check(before)
        self._is_settled = False
        self.harness.count(old_plans=1, old_plans_refused=done.code != 0)

    def _apply_at_an_edge(self) -> None:
        """Something begins or ends while the apply runs."""
        self.workspace.go_to_an_edge()
        before = self.workspace.look()
        done = self._apply()
        assert done.code in (0, 1, 3, 4, 5), done.out + done.err
        self._check(before)
        self._is_settled = False
        self.harness.count(edges=1, edges_went_wrong=done.code != 0)

    def _apply_under_faults(self) -> None:
        """Requests are struck."""
        random = self.random
        rules: list[dict[str, Any]] = []
        for name in random.sample(sorted(FAULTS), random.choice([1, 2])):
            share = {"probability": random.choice([0.1, 0.3]), "times": random.randint(1, 5)}
            match = random.choice([{"nth": random.randint(1, 30)}, share])
            writes = {"method": WRITES} if FAULTS[name]["type"] == "lag" or random.random() < 0.5 else {}
            rules.append({"match": {**match, **writes}, "action": FAULTS[name]})
        before = self.workspace.look()
        self.control.forget()
        self.control.set_faults({"seed": random.randrange(2**31), "rules": rules})
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(connection.CLIENT_OPTIONS, "timeout", _TIMEOUT_S)
            done = self._apply()
        struck = sum(rule["struck"] for rule in self.control.faults())
        wait_for_late_ones(self.harness, min(struck, 1))
        self.control.clear_faults()
        assert done.code in (0, 1, 3, 4, 5, 6), done.out + done.err
        self._check(before)
        self._is_settled = False
        self.harness.count(struck_applies=1, faults=struck, went_wrong=done.code != 0)

    def _apply_and_kill(self) -> None:
        """The run is killed while a write is under way."""
        before = self.workspace.look()
        code, err = stop_at(self.harness, self.random.randint(1, 6), signal.SIGKILL)
        assert "Traceback" not in err, err
        self._check(before)
        self._is_settled = False
        self.harness.count(kills=code == -signal.SIGKILL)

    def _check(self, before: DatedAccount) -> DatedAccount:
        """What is true after every run, however it ended."""
        after = self.workspace.look()
        check_foreign(before, after)
        check_ended(before, after)
        if not self.workspace.is_at_once:
            check_coverage(before, after, self.workspace.rotations)
        assert not self.control.breaks()
        self.harness.forget_journals()
        return after

    def _give_up_items(self, refused: Run) -> None:
        """An override of a shift-based schedule that was never made is refused once the one whom it relieves is not on call any more."""
        assert "nothing to take over" in refused.err + refused.out, refused.out + refused.err
        self.workspace.drop_relieving_items()
        self.harness.count(items_given_up=1)

    def _apply(self) -> Run:
        self.before = self.control.state()
        return self.harness.apply()

    def _run(self, *arguments: str) -> Run:
        """A command that must not write."""
        self.control.forget()
        done = self.harness.run("-q", *arguments)
        self.workspace.assert_nothing_written()
        return done

    # What people do.

    def _edit_by_hand(self) -> None:
        """Someone does something, or tries to."""
        deeds: list[Callable[[DatedAccount], Any]] = [
            self._delete_a_window,
            self._move_a_window,
            self._unmark_a_window,
            lambda account: self._add_foreign_window("Someone's"),
            self._add_an_override,
            self._delete_an_override,
            self._cut_an_event,
            self._add_a_custom_shift,
        ]
        deed = self.random.choice(deeds)
        with contextlib.suppress(ValueError, IndexError):
            deed(self.workspace.look())
            self._is_settled = False
            self.log.append(f"by hand: {getattr(deed, '__name__', 'a window')}")
            self.harness.count(hand_edits=1)

    def _window_body(self, start: datetime, end: datetime, text: str) -> dict[str, Any]:
        service = self.control.state()["service"][0]["id"]
        times = {"start_time": start.isoformat(), "end_time": end.isoformat()}
        return {
            "maintenance_window": {
                **times,
                "description": text,
                "services": [{"id": service, "type": "service_reference"}],
            }
        }

    def _add_foreign_window(self, text: str) -> None:
        start = on_grid(self.workspace.now + timedelta(hours=self.random.choice([1, 50, 900])))
        self.control.edit("POST", "/maintenance_windows", self._window_body(start, start + timedelta(hours=3), text))

    def _delete_a_window(self, account: DatedAccount) -> None:
        self.control.edit("DELETE", f"/maintenance_windows/{self._choose_window(account).id}")

    def _move_a_window(self, account: DatedAccount) -> None:
        window = self._choose_window(account)
        row = next(it for it in self.control.state()["maintenance_window"] if it["id"] == window.id)
        end = window.end + timedelta(minutes=self.random.choice([-45, 60]))
        body = {
            **self._window_body(window.start, end, row["description"])["maintenance_window"],
            "start_time": row["start_time"],
        }
        self.control.edit("PUT", f"/maintenance_windows/{window.id}", {"maintenance_window": body})

    def _unmark_a_window(self, account: DatedAccount) -> None:
        window = self._choose_window(account)
        self.control.edit(
            "PUT", f"/maintenance_windows/{window.id}", {"maintenance_window": {"description": "Ours now"}}
        )

    def _choose_window(self, account: DatedAccount) -> Any:
        return self.random.choice([it for it in account.windows if it.end > account.now])

    def _add_an_override(self, account: DatedAccount) -> None:
        row = self.control.state()["schedule"][0]
        people = [it["id"] for it in self.control.state()["user"]]
        start = on_grid(account.now + timedelta(hours=self.random.choice([-5, 1, 30, 300])))
        span = {"start": start.isoformat(), "end": (start + timedelta(hours=self.random.choice([8, 48]))).isoformat()}
        user = {"id": self.random.choice(people), "type": "user_reference"}
        self.control.edit("POST", f"/schedules/{row['id']}/overrides", {"overrides": [{**span, "user": user}]})

    def _delete_an_override(self, account: DatedAccount) -> None:
        chosen = self.random.choice([it for it in account.overrides if it.end > account.now])
        kind, path = ("override", "schedules") if not chosen.relieved else ("override_shift", "v3/schedules")
        row = next(it for it in self.control.state()[kind] if it["id"] == chosen.id)
        self.control.edit("DELETE", f"/{path}/{row['parent']}/overrides/{chosen.id}")

    def _cut_an_event(self, account: DatedAccount) -> None:
        state = self.control.state()
        event = self.random.choice(state["schedule_event"])
        rotation = next(it for it in state["schedule_rotation"] if it["id"] == event["parent"])
        until = on_grid(account.now + timedelta(hours=self.random.choice([1, 20, 200])))
        path = f"/v3/schedules/{rotation['parent']}/rotations/{rotation['id']}/events/{event['id']}"
        self.control.edit("PUT", path, {"event": {"effective_until": f"{until:%Y-%m-%dT%H:%M:%SZ}"}})

    def _add_a_custom_shift(self, account: DatedAccount) -> None:
        state = self.control.state()
        start = on_grid(account.now + timedelta(hours=self.random.choice([1, 20, 200])))
        member = {"type": "user_member", "user_id": self.random.choice(state["user"])["id"]}
        times = {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=9)).isoformat()}
        body = {
            "custom_shifts": [
                {"type": "custom_shift", **times, "assignments": [{"type": "shift_assignment", "member": member}]}
            ]
        }
        self.control.edit("POST", f"/v3/schedules/{state['schedule_v3'][0]['id']}/custom_shifts", body)
