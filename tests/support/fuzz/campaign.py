"""Campaign: all endpoints get their examples from several processes before a moment, or it is told which did not.

The time that is left is divided among the endpoints that are left, by the examples that they lack. One that takes longer than its part is put off: it goes on
with what the others did not need.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace

from tests.support.fuzz.operation import Found, Share

_LEAST_S = 0.5
"""Of parts that shrink for ever the time would never be over."""


@dataclass(slots=True)
class Endpoint:
    """``share`` is what it is promised; ``found`` is what there was in its ``turns``."""

    profile: str
    share: Share
    found: Found = field(default_factory=lambda: Found(""))
    turns: int = 0

    @property
    def lacks(self) -> int:
        return self.share.examples - self.found.statuses.total()

    def add(self, found: Found) -> None:
        self.turns += 1
        self.found = Found(found.name, self.found.statuses + found.statuses, self.found.faults + found.faults)

    def row(self) -> str:
        """``GET /users (own, late): 100 of 100: 200 x 90, 400 x 10``"""
        statuses = ", ".join(f"{status} x {count}" for status, count in sorted(self.found.statuses.items()))
        name = f"{self.found.name or f'endpoint {self.share.index}'} ({self.share.source}, {self.profile})"
        return f"{name}: {self.found.statuses.total()} of {self.share.examples}: {statuses or 'no request'}"


Examine = Callable[[str, Share], Found]
"""What a process does with a share, under a profile."""


def run(pool: Executor, workers: int, endpoints: list[Endpoint], examine: Examine, ends: float) -> Iterator[Endpoint]:
    """Each endpoint, as soon as it has what it was promised, has a fault, or is out of time. ``ends`` is of ``time.monotonic``."""
    waiting = deque(endpoints)
    running: dict[Future[Found], Endpoint] = {}
    while waiting or running:
        while waiting and len(running) < workers and (left := ends - time.monotonic()) > 0:
            endpoint = waiting.popleft()
            owed = endpoint.lacks + sum(it.lacks for it in (*waiting, *running.values()))
            part = max(left * workers * endpoint.lacks / owed, _LEAST_S)
            # Of the same seed it would be sent the same once more.
            seed = endpoint.share.seed + endpoint.turns
            share = replace(endpoint.share, examples=endpoint.lacks, seed=seed, seconds=min(part, left))
            running[pool.submit(examine, endpoint.profile, share)] = endpoint
        if not running:
            break
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            endpoint = running.pop(done)
            endpoint.add(done.result())
            if endpoint.lacks > 0 and not endpoint.found.faults:
                waiting.append(endpoint)
            else:
                yield endpoint
    yield from waiting


@dataclass(slots=True)
class Tally:
    """What all endpoints came to."""

    endpoints: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faulty: list[Endpoint] = field(default_factory=list)
    short: list[Endpoint] = field(default_factory=list)

    def add(self, endpoint: Endpoint) -> None:
        self.endpoints += 1
        self.statuses += endpoint.found.statuses
        if endpoint.found.faults:
            self.faulty.append(endpoint)
        elif endpoint.lacks > 0:
            self.short.append(endpoint)

    @property
    def passed(self) -> bool:
        return self.endpoints > 0 and not self.faulty and not self.short

    def lines(self) -> Iterator[str]:
        for endpoint in self.faulty:
            yield from (f"FAULT {endpoint.row()}", *(f"  {it}" for it in endpoint.found.faults))
        yield from (f"TOO FEW {endpoint.row()}" for endpoint in self.short)
        refused = sum(count for status, count in self.statuses.items() if status >= 400)
        yield (
            f"fuzz: {self.endpoints} endpoints, {self.statuses.total()} requests ({refused} of them refused), "
            f"{len(self.faulty)} endpoints with a fault, {len(self.short)} with fewer examples than promised"
        )
