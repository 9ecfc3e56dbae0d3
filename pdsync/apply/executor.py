"""Applies a plan: independent branches in parallel, one outcome for every change."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Container
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pdsync.apply.bulk import compute_turns
from pdsync.apply.bulk_creation import BulkCreation
from pdsync.apply.group import Job
from pdsync.apply.half import Halves
from pdsync.apply.wire import Tell, Wire
from pdsync.apply.writer import Writer
from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.kinds import BY_SLUG
from pdsync.model.address import shown_address
from pdsync.plan import Change, Outcome, Plan, Result, Status
from pdsync.plan.risk import find_warned_before
from pdsync.plan.skipped import why_skipped

if TYPE_CHECKING:
    from pdsync.apply.handed_out import HandOut

_DONE = (Status.APPLIED, Status.ALREADY)
_POLL_S = 0.2
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_FORBIDDEN_IN_A_ROW = 3
_LOG = logging.getLogger(__name__)


class PlanRefusedError(Exception):
    """The plan has problems, blockers or exceeds a limit: nothing was written."""


def _ignore(heard: object) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """How the caller follows an apply while it runs, and stops it."""

    on_outcome: Callable[[Outcome], None] = _ignore
    """Called once for each change, from the calling thread."""
    journal: Tell = _ignore
    """Called with each write before it is sent and after, and with how each change and the run ended: one event at a time, by
    several threads."""
    stop: Event | None = None
    """Once it is set, or Ctrl-C arrives, changes in flight finish and the rest is skipped."""
    sleep: Callable[[float], None] = time.sleep
    """Waits between looks for what a lost answer may have made."""
    is_over: Callable[[], bool] = _never
    """Whether the time is up: changes in flight finish then, and the rest is skipped."""
    is_strict: bool = False
    """Whether a warning from PagerDuty counts as a failure."""
    hand_out: HandOut | None = None
    """Takes the secrets that PagerDuty shows once. A plan that makes objects with such a secret needs it."""


UNWATCHED = Watch()


def apply_plan(
    plan: Plan,
    client: RestApiV2Client,
    watch: Watch = UNWATCHED,
    *,
    workers: int = MOST_IN_FLIGHT,
    approved_deletes: str = "",
) -> Result:
    """Writes what the plan says and nothing else. After a failure independent branches go on.

    The number of changes in flight is the client's limit of requests, and at most `workers`. `approved_deletes` is the digest
    of a plan that may exceed the limits on deletes. Raises `PlanRefusedError` before anything is written.
    """
    if (
        plan.problems
        or plan.has_blockers
        or plan.failed_tests
        or (plan.refusals and not plan.is_digest(approved_deletes))
    ):
        raise PlanRefusedError("the plan has problems, blockers or failed tests, so nothing was applied")
    if plan.unread:
        raise PlanRefusedError("the plan was made from incomplete data, so nothing was applied")
    if len({change.address for change in plan.changes}) < len(plan.changes):
        raise PlanRefusedError("the plan has two changes for one object, so nothing was applied")
    if watch.hand_out is None and any(change.hands_out for change in plan.changes):
        raise PlanRefusedError("PagerDuty would show a secret once, and nothing takes it, so nothing was applied")
    wire = Wire(client, watch.sleep, watch.journal)
    wire.tell(
        "start", workspace=plan.workspace, digest=plan.digest, subdomain=plan.subdomain, changes=len(plan.changes)
    )

    def ended(outcome: Outcome) -> None:
        wire.tell("outcome", **outcome.to_json())
        watch.on_outcome(outcome)

    with wire.listening():
        result = _Run(plan, Writer(wire, plan, watch.hand_out), ended, watch).run(
            workers, lambda: client.in_flight_limit
        )
    wire.tell("end", exit_code=result.exit_code, interrupted=result.interrupted)
    return result


class _Run:
    """The state of one apply."""

    def __init__(self, plan: Plan, writer: Writer, on_outcome: Callable[[Outcome], None], watch: Watch) -> None:
        self._plan = plan
        self._writer = writer
        self._on_outcome = on_outcome
        self._stop = watch.stop or Event()
        self._is_over = watch.is_over
        self._is_strict = watch.is_strict
        self._is_late = False
        """True when the time was up before everything was begun."""
        self._changes = {change.address: change for change in plan.changes}
        self._turns = compute_turns(plan)
        self._pending = {change.address: set(change.waits_for) for change in plan.changes}
        self._followers: dict[str, list[str]] = defaultdict(list)
        for change in plan.changes:
            for other in change.waits_for:
                self._followers[other].append(change.address)
        self._outcomes: dict[str, Outcome] = {}
        self._running: dict[Future[Outcome | None], Job] = {}
        self._bulk = BulkCreation(plan.changes, writer)
        self._halves = Halves(plan.changes, writer)
        self._denied = False
        """True when PagerDuty refuses the token itself: another request is useless."""
        self._forbidden = 0

    def run(self, workers: int, in_flight_limit: Callable[[], float]) -> Result:
        """`in_flight_limit` gives how many requests may be in flight: more changes would wait between their look and their write."""
        skipped = self._plan.skipped
        for change in self._plan.changes:
            if change.address in skipped:
                self._finish(_skipped(change, why_skipped(change, skipped)))
        with ThreadPoolExecutor(max(1, workers), thread_name_prefix="pdsync-apply") as pool:
            ready = [
                change.address for change in self._plan.changes if not (change.waits_for or change.address in skipped)
            ]
            ready.sort(key=self._turns.__getitem__)
            while ready or self._running or self._bulk.is_holding or self._bulk.is_under_way or self._halves:
                try:
                    ready = self._step(pool, ready, min(workers, in_flight_limit()))
                except KeyboardInterrupt:
                    self._stop.set()
            interrupted = self._stop.is_set() and len(self._outcomes) < len(self._changes)
        for change in self._plan.changes:
            if change.address not in self._outcomes:
                why = "the run was stopped"
                if self._denied:
                    why = "PagerDuty refuses the token"
                elif self._is_late and not interrupted:
                    why = "the time limit of the run was reached"
                self._finish(_skipped(change, why))
        outcomes = tuple(self._outcomes[change.address] for change in self._plan.changes)
        return Result(outcomes, interrupted, self._is_strict, warned_before=find_warned_before(self._plan.risks))

    def _step(self, pool: ThreadPoolExecutor, ready: list[str], most: float) -> list[str]:
        """Starts what can start and takes in what has finished; gives what can start next."""
        self._is_late = self._is_late or self._is_over()
        if self._stop.is_set() or self._denied or self._is_late:
            ready = []
            self._bulk.stop()
            self._halves.stop()
        self._release_bulk(ready)
        while len(self._running) < max(1, most) and (job := self._next_job(ready)) is not None:
            self._running[pool.submit(job.run)] = job
        done, _ = wait(self._running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda future: self._running[future].address):
            job = self._running.pop(future)
            job.end()
            if job.change is not None and (ended := _outcome_of(future, job.change)) is not None:
                ready.extend(self._take_in(_explained(ended, job.change)))
            elif job.change is not None and self._halves.has_made(job.change):
                ready.extend(self._release(job.address, self._halves.needs(job.change)))
        return ready

    def _release_bulk(self, ready: list[str]) -> None:
        """Holds back the creates that go with others, and lets those go that wait no longer."""
        ready[:] = [address for address in ready if not self._bulk.hold(self._changes[address])]
        ready.extend(change.address for change in self._bulk.release(is_idle=False))
        if not (ready or self._running or self._bulk.is_under_way):
            ready.extend(change.address for change in self._bulk.release(is_idle=True))

    def _next_job(self, ready: list[str]) -> Job | None:
        """Changes that were begun go first."""
        job = self._bulk.next_job() or self._halves.next_job()
        if job is None and ready:
            change = self._changes[ready.pop(0)]
            job = self._halves.first(change) or Job(partial(self._writer.write, change), change)
        return job

    def _take_in(self, outcome: Outcome) -> list[str]:
        """Notes how a change ended; gives what can start now."""
        self._notice_denial(outcome)
        self._finish(outcome)
        if outcome.status in _DONE:
            return self._release(outcome.address)
        self._skip_followers(outcome.address)
        return []

    def _notice_denial(self, outcome: Outcome) -> None:
        """A 401 is about the token. A 403 may be about one object; several from the start, and nothing else, are not."""
        facts = BY_SLUG[self._changes[outcome.address].kind].facts
        self._forbidden += outcome.http_status == _FORBIDDEN and not facts.refuses_account_key
        nothing_else = all(
            ended.http_status == _FORBIDDEN
            for ended in self._outcomes.values()
            if ended.status not in (Status.SKIPPED,)
        )
        if outcome.http_status == _UNAUTHORIZED or (self._forbidden >= _FORBIDDEN_IN_A_ROW and nothing_else):
            self._denied = True

    def _finish(self, outcome: Outcome) -> None:
        self._outcomes[outcome.address] = outcome
        self._bulk.note_end(self._changes[outcome.address])
        self._halves.note_end(self._changes[outcome.address])
        self._writer.note_end(self._changes[outcome.address])
        self._on_outcome(outcome)

    def _release(self, address: str, chosen: Container[str] | None = None) -> list[str]:
        """What can start now that a change has ended; of a create that has only made its object, what is chosen."""
        followers = self._followers[address]
        released = [it for it in followers if chosen is None or it in chosen]
        self._followers[address] = [it for it in followers if it not in released]
        freed = []
        for follower in released:
            self._pending[follower].discard(address)
            if not self._pending[follower] and follower not in self._outcomes:
                freed.append(follower)
        return sorted(freed, key=self._turns.__getitem__)

    def _skip_followers(self, address: str) -> None:
        for follower in sorted(self._followers[address]):
            if follower not in self._outcomes:
                said = shown_address(address, self._changes[address].id)
                self._finish(_skipped(self._changes[follower], f"because {said} did not succeed"))
                self._skip_followers(follower)


def _outcome_of(future: Future[Outcome | None], change: Change) -> Outcome | None:
    """The outcome of a finished worker; None where the change goes on. An internal error in one change must not lose the outcomes of the others."""
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this change alone
        _LOG.debug("unexpected error in %s", change.address, exc_info=True)
        message = (
            f"internal error ({type(error).__name__}), so it may have been done. Run plan again; please report this."
        )
        return Outcome(change.address, change.operation, change.name, Status.UNKNOWN, change.id, message)


def _explained(outcome: Outcome, change: Change) -> Outcome:
    """The outcome with the possible reason of a refusal, or with what PagerDuty does by itself after the change."""
    kind = BY_SLUG[change.kind]
    if outcome.http_status == _FORBIDDEN and kind.facts.refuses_account_key:
        why = f"PagerDuty may refuse to change {kind.nouns} with an account-level key: use the API key of a user"
        return replace(outcome, message=f"{(outcome.message or '').removesuffix('.')}. {why}.")
    if outcome.status not in _DONE or not change.afterwards:
        return outcome
    said = (outcome.message, *change.afterwards) if outcome.message else change.afterwards
    return replace(outcome, message="; ".join(map(str, said)))


def _skipped(change: Change, why: str) -> Outcome:
    return Outcome(change.address, change.operation, change.name, Status.SKIPPED, change.id, f"skipped: {why}")
