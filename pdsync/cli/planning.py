"""From manifests and account to a plan, for every command that needs one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pdsync.account import NeedsChildren, fetch_account, fetch_details, no_more_children
from pdsync.cli.error import CliError, ExitCode, RefusedError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.problem_text import ShownProblem, of_manifests, render_problems
from pdsync.cli.progress import show_activity
from pdsync.cli.setting.setting import Settings
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.manifest import LoadResult, load_manifests
from pdsync.model import Account, Resource
from pdsync.model.address import Address, AddressError, read_address
from pdsync.plan import TAKERS, Plan, PlanOptions, PruneMode, build_plan, compute_needs

_NOTHING_THERE = ("holds no manifest files", "there are no manifests here")


@dataclass(frozen=True, slots=True)
class Selection:
    """What to plan for, as it stood on the command line."""

    paths: tuple[str, ...] = ()
    adopt: bool = False
    prune: PruneMode | None = None
    targets: tuple[str, ...] = ()
    reassign_to: str | None = None
    """Who is given the open incidents that hold what is deleted."""


class ProblemsError(CliError):
    """The manifests have problems, so there is no plan."""

    def __init__(self, problems: Sequence[ShownProblem]) -> None:
        super().__init__("the manifests have problems")
        self.problems = list(problems)


def make_options(settings: Settings, selection: Selection) -> PlanOptions:
    """The options of the plan. Raises UsageError for what does not go together; nothing is read for that."""
    config = settings.config
    prune = selection.prune or config.prune
    # A flag that deletes less goes before every mode in the file; one that deletes more leaves its exceptions alone.
    by_kind = {} if selection.prune in ("off", "report") else dict(config.prune_by_kind)
    if selection.paths and prunes(prune, by_kind.values()):
        raise UsageError(
            "'prune: owned' needs all manifests, so it cannot go with PATH: what the paths leave out would be deleted",
            "Leave PATH out, or add --prune report.",
        )
    if prunes(prune, by_kind.values()) and not config.names_workspace:
        raise UsageError(
            "'prune: owned' needs a name for the workspace: what another folder without one made would be deleted as well",
            "Write 'workspace: NAME' into pdsync.yaml.",
        )
    return PlanOptions(
        workspace=config.workspace,
        adopt=selection.adopt,
        prune=prune,
        prune_by_kind=by_kind,
        max_deletes=config.max_deletes,
        max_delete_percent=config.max_delete_percent,
        limits_by_kind=config.limits_by_kind,
        targets=frozenset(map(parse_target, selection.targets)),
        reassign_to=_parse_taker(selection.reassign_to) if selection.reassign_to else "",
    )


def _parse_taker(text: str) -> str:
    """The address of somebody who can be given incidents. Raises UsageError."""
    address = parse_target(text)
    if Address.parse(address).kind not in TAKERS:
        raise UsageError(
            f"--reassign-incidents-to {text}: incidents can be given to a user or an escalation policy only",
            "Write user/NAME or escalation_policy/NAME.",
        )
    return address


def prunes(mode: PruneMode, by_kind: Iterable[PruneMode]) -> bool:
    """True where something may be deleted."""
    return mode == "owned" or "owned" in by_kind


def parse_target(text: str) -> str:
    """The address that ``Service/checkout`` or ``service/checkout`` means. Raises UsageError."""
    try:
        return str(read_address(text, KINDS))
    except AddressError as error:
        raise UsageError(f"{text}: {error.message}", error.hint) from None


def load(settings: Settings, selection: Selection, options: PlanOptions) -> tuple[Resource, ...]:
    """The resources of all manifests. Raises ProblemsError, and RefusedError where everything would be pruned."""
    config = settings.config
    paths = selection.paths or config.manifest_paths()
    result = load_manifests(paths, config.variables, whole=not selection.paths)
    if prunes(options.prune, options.prune_by_kind.values()) and _is_empty(result):
        raise RefusedError(
            "there are no manifests, and 'prune: owned' would delete everything that this workspace owns",
            "Is 'paths' in pdsync.yaml right? To delete all the same, leave one manifest and take it out by hand.",
        )
    if result.problems:
        raise ProblemsError(of_manifests(result.problems))
    return result.resources


def _is_empty(result: LoadResult) -> bool:
    return not result.resources and all(problem.message in _NOTHING_THERE for problem in result.problems)


def read_account(
    invocation: Invocation,
    settings: Settings,
    client: RestApiV2Client,
    resources: Sequence[Resource],
    needs_children: NeedsChildren = no_more_children,
) -> Account:
    """The account as it is. Raises RefusedError for the wrong one, and the client's errors."""
    with show_activity(invocation.terminal, "Reading the account"):
        account = fetch_account(client, resources, needs_children=needs_children)
    check_account(settings, account)
    return account


def make_plan(
    invocation: Invocation,
    settings: Settings,
    client: RestApiV2Client,
    resources: Sequence[Resource],
    options: PlanOptions,
    *,
    judged: bool = True,
) -> Plan:
    """Reads the account and plans, as `plan_account` does."""
    return plan_account(invocation, settings, client, resources, options, judged=judged)[0]


def plan_account(
    invocation: Invocation,
    settings: Settings,
    client: RestApiV2Client,
    resources: Sequence[Resource],
    options: PlanOptions,
    *,
    judged: bool = True,
) -> tuple[Plan, Account]:
    """The plan, and the account that was read for it. Raises what `read_account` raises. Not `judged`: nobody asks whether it
    can be applied, so what only says that (abilities, licences, incidents) is not read."""
    account = read_account(invocation, settings, client, resources, options.dooms)
    has_from = account.user_token or settings.from_email is not None
    options = replace(options, has_from=has_from)
    plan = build_plan(resources, account, options)
    needs = compute_needs(plan, account)
    if not (judged and needs):
        return plan, account
    with show_activity(invocation.terminal, "Reading what could stand in the way"):
        account = fetch_details(
            client, account, abilities=needs.abilities, licenses=needs.licenses, incidents=needs.incidents
        )
    return build_plan(resources, account, options), account


def check_account(settings: Settings, account: Account) -> None:
    """Raises RefusedError where pdsync.yaml is for another account."""
    wanted = settings.config.subdomain
    if wanted is None or settings.base_url is None or wanted.casefold() == account.subdomain.casefold():
        return
    found = f"the account {account.subdomain!r}" if account.subdomain else "an account whose subdomain cannot be told"
    raise RefusedError(
        f"the token belongs to {found}, and {settings.config.file} is for {wanted!r}: nothing is planned or applied",
        "Use the token of that account, or correct 'subdomain'.",
    )


def report_problems(invocation: Invocation, problems: Sequence[ShownProblem], *, as_json: bool) -> int:
    """Says why there is no plan; gives the exit code."""
    terminal = invocation.terminal
    if as_json:
        body = {"problems": [problem.to_json() for problem in problems]}
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.err(render_problems(problems, terminal.error_palette))
    return ExitCode.ERROR
