"""A workspace whose manifests depend on the time, the clock of its account, and edits in git."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import requests
import yaml

from tests.campaigns.dated import (
    PEOPLE,
    SERVICES,
    Override,
    Overrides,
    Rotation,
    Windows,
    document,
    draw_layer,
    draw_rotation,
    draw_windows,
    on_grid,
)
from tests.campaigns.dated_account import DatedAccount, look
from tests.campaigns.harness import Harness
from tests.campaigns.wall_calendar import draw_zone
from tests.support.setting import CONFIG

CONFIGURATION = CONFIG + "prune: {mode: owned, max_deletes: 1000, max_delete_percent: 100}\n"
_LAYERS, _SHIFTS = "layers", "shifts"
_KEYS = {"schedule": _LAYERS, "schedule_v3": _SHIFTS}
_BEGIN = datetime(2031, 1, 6, tzinfo=UTC)
_CALM = timedelta(minutes=1)
"""How long after a moment that manifests may name the clock is set: the next one is minutes away then."""


def _fixed() -> list[dict[str, Any]]:
    """What never changes: people, services, and policies that lead to both schedules."""
    people = [document("User", key, {"name": key.title(), "email": f"{key}@example.com"}) for key in PEOPLE]
    rules = [{"escalation_delay_in_minutes": 10, "targets": [{"schedule": key}]} for key in _KEYS.values()]
    policy = document("EscalationPolicy", "duty", {"escalation_rules": rules})
    return [*people, policy, *(document("Service", key, {"escalation_policy": "duty"}) for key in SERVICES)]


class DatedWorkspace:
    """Manifests that name moments, and the clock."""

    def __init__(self, harness: Harness, random: Random) -> None:
        self.harness, self.random = harness, random
        self.control = harness.server.control
        self.windows: list[Windows] = []
        self.overrides: list[Overrides] = []
        self.rotations: list[Rotation] = []
        self.layers: list[dict[str, Any]] = []
        self.zone = draw_zone(random)
        self._clock = f"{harness.server.url}/_sandbox/clock"
        self._names = count(1)
        self.is_at_once = False
        self.log: list[str] = []

    def begin(self) -> None:
        """An account at some hour of a year, and manifests of each kind."""
        self.harness.restore()
        self.control.reset_clock()
        start = _BEGIN + timedelta(hours=self.random.randrange(365 * 24))
        self.wait((start - self.now).total_seconds())
        self.settle_clock()
        for _ in range(3):
            self._edit_windows()
        self._edit_rotations()
        self._edit_layers()
        self.write()

    @property
    def now(self) -> datetime:
        """What time it is in the account."""
        return datetime.fromisoformat(requests.get(self._clock, timeout=10).json()["now"])

    def look(self) -> DatedAccount:
        """The account at this moment."""
        return look(self.control, _KEYS, self.now)

    # What passes.

    def wait(self, seconds: float) -> None:
        """Lets time pass."""
        requests.post(self._clock, json={"advance_s": max(0.0, seconds)}, timeout=10).raise_for_status()

    def settle_clock(self) -> None:
        """Goes on until no moment of a manifest is near."""
        now = self.now
        self.wait((on_grid(now) + _CALM - now).total_seconds())

    def pass_time(self) -> None:
        """Minutes to weeks."""
        minutes = self.random.choice([7, 50, 200, 1440, 2000, 10_080, 13_000, 40_000, 70_000])
        self.log.append(f"{minutes} minutes pass")
        self.wait(minutes * 60 * self.random.uniform(0.3, 1))
        self.settle_clock()

    def go_to_an_edge(self) -> None:
        """To a few seconds before or after the moment at which something begins or ends."""
        now = self.now
        moments = {it for windows in self.windows for span in windows.meant(now).values() for it in span}
        moments |= {it for made in self.overrides for item in made.items for it in (item.start, item.end)}
        ahead = sorted(it for it in moments if it > now + _CALM)
        if ahead:
            to = self.random.choice(ahead[:4]) + timedelta(seconds=self.random.uniform(-61, 3))
            self.wait((to - now).total_seconds())
            self.log.append(f"the clock is at {to}")

    # Edits in git.

    def write(self) -> None:
        """Puts the manifests into the folder."""
        folder = self.harness.folder / "manifests"
        shifts = {"version": 3, "time_zone": self.zone, "rotations": [it.spec for it in self.rotations]}
        lifecycle = {"rotation": "at once"} if self.is_at_once else {}
        documents = [
            *_fixed(),
            document("Schedule", _LAYERS, {"time_zone": self.zone, "schedule_layers": self.layers}),
            document("Schedule", _SHIFTS, shifts, **lifecycle),
            *(it.manifest for it in [*self.windows, *self.overrides]),
        ]
        (folder / "all.yaml").write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")

    def edit(self) -> None:
        """Edits some manifests. What is refused is taken back, and has written nothing."""
        before = (list(self.windows), [replace(it, items=list(it.items)) for it in self.overrides])
        schedules = (list(self.rotations), list(self.layers), self.is_at_once)
        edits: list[Callable[[], None]] = [
            self._edit_windows,
            self._edit_windows,
            self._edit_overrides,
            self._edit_overrides,
            self._edit_rotations,
            self._edit_layers,
        ]
        for edit in self.random.sample(edits, self.random.choice([1, 1, 2, 3])):
            self.log.append(edit.__name__)
            edit()
        self.write()
        self.harness.count(edits=1)
        if self._is_refused():
            self.windows, self.overrides = before
            self.rotations, self.layers, self.is_at_once = schedules
            self.write()
            self.harness.count(refused=1)
            self.log.append("refused")

    def _is_refused(self) -> bool:
        self.control.forget()
        planned = self.harness.run("-q", "plan")
        assert planned.code in (0, 1, 5), planned
        if planned.code:
            self.log.append(planned.out + planned.err)
            assert self.harness.apply().code in (1, 5)
            self.assert_nothing_written()
        return planned.code != 0

    def drop_relieving_items(self) -> None:
        """Takes out the items of overrides that relieve someone."""
        for made in self.overrides:
            made.items = [item for item in made.items if not item.relieved]
        self.write()

    def first_said_change(self, now: datetime) -> datetime:
        """When a rotation begins or ends to count because its manifest says so."""
        said = [it for rotation in self.rotations for it in rotation.span if it > now]
        return min(said, default=now + timedelta(days=300))

    def assert_nothing_written(self) -> None:
        """Since the requests were forgotten."""
        written = [asked for asked in self.harness.server.requests() if asked["method"] != "GET"]
        assert not written, written

    def _edit_windows(self) -> None:
        """A manifest is added, changed, made a tombstone, or removed."""
        random, now = self.random, self.now
        if len(self.windows) < 4 and random.random() < 0.5:
            self.windows.append(draw_windows(random, f"window-{next(self._names)}", now))
            return
        if not self.windows:
            return
        at = random.randrange(len(self.windows))
        chosen = self.windows[at]
        how = random.random()
        if how < 0.5:
            self.windows[at] = draw_windows(random, chosen.key, now)
        elif how < 0.75 and not chosen.is_absent:
            self.windows[at] = replace(chosen, is_absent=True)
        else:
            del self.windows[at]

    def _edit_overrides(self) -> None:
        """An item is added, taken out or made a tombstone; a manifest claims a period, or does not any more."""
        random, now = self.random, self.now
        if len(self.overrides) < 3:
            key = random.choice([_LAYERS, _SHIFTS])
            self.overrides.append(Overrides(f"out-{next(self._names)}", key, self.zone))
        made = random.choice(self.overrides)
        how = random.random()
        if how < 0.6 or not made.items:
            item = self._draw_item(made)
            if item is not None:
                made.items.append(item)
        elif how < 0.8:
            at = random.randrange(len(made.items))
            made.items[at] = replace(made.items[at], is_absent=True)
        else:
            made.items.pop(random.randrange(len(made.items)))
        if random.random() < 0.2 and made.period is None:
            begin = min([now, *(it.start for it in made.items)])
            end = max([now + timedelta(days=random.choice([1, 10, 60])), *(it.end for it in made.items)])
            made.period = (on_grid(begin), on_grid(end))
        elif made.period is not None:
            begin, end = made.period
            is_within = all(begin <= it.start and it.end <= end for it in made.items)
            made.period = made.period if is_within and random.random() < 0.7 else None

    def _draw_item(self, made: Overrides) -> Override | None:
        """An item that overlaps none of the same schedule; None where there is no room."""
        random, now = self.random, self.now
        start = on_grid(now + timedelta(minutes=random.choice([-3000, -120, 10, 600, 3000, 20_000, 60_000])))
        end = start + timedelta(minutes=random.choice([30, 480, 1440, 5000, 20_000]))
        relieved = rotation = ""
        user = random.choice(PEOPLE)
        if made.schedule == _SHIFTS:
            shifts = [it for it in self.look().shifts if it.end - it.start >= timedelta(hours=1) and it.user]
            if not shifts:
                return None
            shift = random.choice(shifts[:20])
            start = on_grid(shift.start) + timedelta(minutes=random.choice([0, 30]))
            end = min(shift.end, start + timedelta(minutes=random.choice([30, 480, 2000])))
            relieved = shift.user
            user = random.choice([it for it in PEOPLE if it != relieved])
            if end <= start or int(end.timestamp()) % 300:
                return None
        others = [item for it in self.overrides if it.schedule == made.schedule for item in it.items]
        if any(it.start < end and start < it.end for it in others):
            return None
        return Override(user, start, end, relieved, rotation, has_offset=random.random() < 0.5)

    def _edit_rotations(self) -> None:
        """A rotation is added, changed, or removed."""
        random, now = self.random, self.now
        self.is_at_once = random.random() < 0.1
        if not self.rotations or (len(self.rotations) < 4 and random.random() < 0.3):
            self.rotations.append(draw_rotation(random, f"rota {next(self._names)}", self.zone, now))
            return
        at = random.randrange(len(self.rotations))
        if len(self.rotations) > 1 and random.random() < 0.25:
            del self.rotations[at]
        elif random.random() < 0.5:
            members = random.sample(PEOPLE, random.randint(1, 4))  # each once: a turn of theirs ends with the person
            spec = self.rotations[at].spec
            self.rotations[at] = replace(self.rotations[at], spec={**spec, "members": members}, is_staffed=True)
        else:
            name = self.rotations[at].spec["name"] if random.random() < 0.7 else f"rota {next(self._names)}"
            self.rotations[at] = draw_rotation(random, name, self.zone, now)

    def _edit_layers(self) -> None:
        random, now = self.random, self.now
        if not self.layers or (len(self.layers) < 3 and random.random() < 0.3):
            self.layers.append(draw_layer(random, f"layer {next(self._names)}", now))
        elif len(self.layers) > 1 and random.random() < 0.3:
            del self.layers[random.randrange(len(self.layers))]
        else:
            at = random.randrange(len(self.layers))
            self.layers[at] = draw_layer(random, self.layers[at]["name"], now)
