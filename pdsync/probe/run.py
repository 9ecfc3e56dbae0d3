"""Run: the risk first, then what earlier runs left behind, then the questions one by one; at the end everything is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from pdsync.client import AmbiguousWriteError, HttpServerError, RestApiV2Client
from pdsync.probe.account import Account, read_account
from pdsync.probe.answer import ODD_ANSWER, Finding, Unasked
from pdsync.probe.cleanup import Cleanup, Remnant
from pdsync.probe.collection import BY_PATH
from pdsync.probe.lag import Lag, measure_lags
from pdsync.probe.plan import find_lacking
from pdsync.probe.probe import Probe
from pdsync.probe.risk import check_key, check_risk
from pdsync.probe.workbench import Manner, Stopped, Workbench
from pdsync.sandbox.profile import QUESTIONS

CLEANUP_S = 10 * 60.0
"""For so long the objects of a run are removed at its end."""
_REQUEST_S = 90.0
"""For so long one of these requests is repeated. PagerDuty's rate limit is by the minute."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One question, as this account answers it."""

    probe: Probe
    finding: Finding


@dataclass(slots=True)
class Report:
    """What a run found. It grows while the run goes on, so an error loses nothing."""

    account: Account | None = None
    facts: list[Fact] = field(default_factory=list)
    lags: dict[str, Lag] | None = None
    """By resource, how late its lists show a write; None where this was not measured."""
    left: list[Remnant] = field(default_factory=list)
    """What is still in the account."""
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who gets which report."""

    on_fact: Callable[[Fact], object] = lambda fact: None
    on_swept: Callable[[int], object] = lambda count: None
    """How many objects of earlier runs were found; not called for none."""


class BusyError(Exception):
    """Another run is under way in the account. Nothing was written."""


class RemnantError(Exception):
    """What an earlier run left behind cannot be removed, so nothing was asked."""

    def __init__(self, left: list[Remnant]) -> None:
        super().__init__("an earlier run left objects that cannot be removed")
        self.left = left


def verify_account(
    client: RestApiV2Client, probes: Iterable[Probe], manner: Manner, report: Report, watch: Watch | None = None
) -> None:
    """Asks an account the questions of `probes` and writes down in `report` what it answers.

    Raises RiskError, ReadOnlyKeyError and BusyError before anything is written; RemnantError; and the client's errors, after what was made is removed.
    """
    watch = watch or Watch()
    seats = check_risk(client, may_page=manner.may_page)
    check_key(client)
    cleanup = Cleanup(client, manner.sleep, manner.clock)
    if cleanup.is_other_run_under_way():
        raise BusyError("objects of another run come and go")
    count, left = cleanup.sweep()
    if count:
        watch.on_swept(count)
    if left:
        raise RemnantError(left)
    report.account = read_account(client)
    bench = Workbench(client, manner, seats=seats)

    def tidy() -> None:
        bench.keep(cleanup.remove(bench.take_made()))

    try:
        for probe in probes:
            fact = Fact(probe, ask(bench, probe, report.account))
            report.facts.append(fact)
            watch.on_fact(fact)
            tidy()
        if manner.surveys:
            lacking = find_lacking(bench, report.account.abilities, tidy)
            report.account = replace(report.account, lacking={**report.account.lacking, **lacking})
            report.lags = measure_lags(bench)
    except Stopped:
        pass
    finally:
        report.left = clear(bench, cleanup)
        report.is_stopped = manner.is_stopped()


def ask(bench: Workbench, probe: Probe, account: Account) -> Finding:
    """Asks one question. Raises Stopped, and the client's errors where there is no answer at all."""
    if probe.key not in ("any", account.key):
        return Finding(None, f"it takes {'an account-level key' if probe.key == 'account' else 'the key of a user'}")
    if probe.opens_incidents and not bench.manner.may_page:
        return Finding(None, "it opens an incident: see --with-incidents")
    try:
        finding = probe.ask(bench)
    except Unasked as refused:
        return refused.finding
    except AmbiguousWriteError:
        return Finding(None, "the answer was lost")
    except HttpServerError as error:
        return Finding(None, "PagerDuty failed", error.status, error.code)
    except ODD_ANSWER:
        return Finding(None, "the answer has another form than expected")
    if finding.reading is not None and finding.reading not in QUESTIONS[probe.question].readings:
        raise LookupError(f"{probe.question} has no reading {finding.reading!r}")
    return finding


def clear(bench: Workbench, cleanup: Cleanup) -> list[Remnant]:
    """Removes everything of a run: first what it knows that it made, then what its lists show. Gives what stays.

    The time limit of the command does not count for this: what is left behind is worse than a late end. It has a limit of its own, or an
    account that refuses every request would never let the command end.
    """
    cleanup.client.total_time_s = None
    cleanup.client.retry_total_time_s = _REQUEST_S
    cleanup = replace(cleanup, ends_s=cleanup.clock() + CLEANUP_S)
    left = cleanup.remove(bench.take_made(lasting=True))
    _, unseen = cleanup.sweep(bench.touched, bench.mark.run)
    if bench.unanswered:
        unseen += cleanup.sweep_late(bench.unanswered, bench.mark.run)
    if left:
        left = cleanup.remove((BY_PATH[it.path], it.identity) for it in left)
    return list({(it.path, it.identity): it for it in (*left, *unseen)}.values())
