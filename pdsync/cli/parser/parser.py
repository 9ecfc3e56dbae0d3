"""Options and arguments, and nothing else: each command is imported only when it runs, so that --version is instant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.about_parser import add_about_commands
from pdsync.cli.parser.event_parser import add_event_commands
from pdsync.cli.parser.init_parser import init
from pdsync.cli.parser.journal_parser import add_journal_commands
from pdsync.cli.parser.oncall_parser import add_oncall_commands
from pdsync.cli.parser.option import (
    ALL_ROLES,
    FULL,
    PATHS,
    REASSIGN,
    RECENT_ALERTS,
    ROTATE,
    SAMPLE_EVENTS,
    SECRETS_OUT,
    SECRETS_TO,
    SEND_SECRETS,
    STRICT,
    TIMEZONE,
    output,
    selection,
)
from pdsync.cli.parser.override_parser import add_override_commands
from pdsync.cli.parser.ownership_parser import add_ownership_commands
from pdsync.cli.parser.probe_parser import add_probe_commands
from pdsync.cli.parser.program import group
from pdsync.cli.parser.route_parser import add_route_commands
from pdsync.cli.parser.sandbox_parser import add_sandbox_commands
from pdsync.cli.time_limit import seconds

_REPORT = click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a Markdown report to a file, for a comment of a pull request.",
)
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@group(
    context_settings=_SETTINGS,
    examples=(
        ("Show what a merge would change, and who would be paged", "pdsync plan"),
        ("Try it without an account", "pdsync --sandbox --sandbox-seed example plan"),
        ("Apply the manifests to the account", "pdsync apply"),
    ),
    epilog="Exit codes: 0 done, 1 error, 2 changes pending (plan --detailed-exitcode), 3 applied in part, 4 plan is stale, 5 refused by a limit or blocker, 6 outcome unknown, 7 applied but a report or output was lost, 64 usage, 130 interrupted.",
)
@click.pass_obj
def cli(invocation: Invocation, /) -> None:
    """Keep a PagerDuty account in sync with YAML manifests in git."""
    if invocation.env("TZ"):
        from pdsync.cli.setting.machine_zone import read_machine_zone

        if warning := read_machine_zone(invocation.env("TZ"))[1]:
            invocation.terminal.warn(warning)


@cli.command(
    examples=(
        ("Check all manifests of the workspace", "pdsync validate"),
        ("Check one folder, as annotations for GitHub Actions", "pdsync validate manifests/payments -o github"),
    )
)
@PATHS
@output("text", "json", "github")
@click.pass_obj
def validate(invocation: Invocation, /, paths: tuple[str, ...], output: Any) -> int:
    """Check manifests without an account.

    Shows all problems at once, with file, line and column. PATH is a file or a folder. Without PATH, pdsync checks the paths in
    pdsync.yaml.
    """
    from pdsync.cli.command.validate import validate

    return validate(invocation, paths, output)


@cli.command(
    examples=(
        ("Show what an apply would change", "pdsync plan"),
        ("For a pull request: a Markdown report, and an HTML page", "pdsync plan --report plan.md --page plan.html"),
        ("Save the plan, and apply exactly this plan later", "pdsync plan --out plan.json && pdsync apply plan.json"),
        ("Send a password again that was changed", "pdsync plan --send-secrets extension/snow-orders"),
    )
)
@selection
@REASSIGN
@ROTATE
@SEND_SECRETS
@ALL_ROLES
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also save the plan to a file, for 'pdsync apply FILE'.",
)
@click.option(
    "--expires-after",
    callback=seconds,
    default="24h",
    show_default=True,
    metavar="DURATION",
    help="How long the saved plan can be applied.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if changes are pending.")
@SAMPLE_EVENTS
@RECENT_ALERTS
@FULL
@TIMEZONE
@_REPORT
@click.option(
    "--page", type=click.Path(path_type=Path), metavar="FILE", help="Also write an HTML page of the plan to a file."
)
@output("text", "json", "markdown", "github", "html")
@click.pass_obj
def plan(
    invocation: Invocation,
    /,
    out: Path | None,
    report: Path | None,
    page: Path | None,
    expires_after: int,
    detailed_exitcode: bool,
    sample_events: str | None,
    recent_alerts: int | None,
    timezone: str | None,
    output: Any,
    **selected: Any,
) -> int:
    """Show what an apply would do. Writes nothing to PagerDuty.

    PATH is a file or a folder. Without PATH, pdsync plans the paths in pdsync.yaml. With PATH, a manifest cannot refer by key to
    objects in other files.
    """
    from pdsync.cli.command.plan import PlanOutput, plan
    from pdsync.engine.desired import Selection

    how = PlanOutput(
        out=out,
        report=report,
        page=page,
        expires_after_s=expires_after,
        detailed_exitcode=detailed_exitcode,
        timezone=timezone,
        sample_events=sample_events,
        recent_alerts=recent_alerts,
    )
    return plan(invocation, Selection(**selected), output, how)


@cli.command(
    examples=(
        ("Show the plan, ask, and apply it", "pdsync apply"),
        ("In CI: apply exactly the plan that was reviewed", "pdsync apply plan.json --yes"),
        ("Only one service, and the objects that it refers to", "pdsync apply --target service/checkout-api"),
        ("Send a password again that was changed", "pdsync apply --send-secrets extension/snow-orders"),
    )
)
@selection
@REASSIGN
@ROTATE
@SEND_SECRETS
@ALL_ROLES
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=16,
    show_default=True,
    help="The most changes to write at the same time. pdsync uses fewer while PagerDuty limits the rate.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Apply this saved plan, if the account did not change since. The same as 'pdsync apply FILE'.",
)
@STRICT
@click.option("--expect-digest", metavar="DIGEST", help="Apply only the plan with this digest, from the review.")
@click.option(
    "--approve-deletes",
    metavar="DIGEST",
    help="Apply the plan with this digest even if it exceeds a limit on deletes.",
)
@click.option(
    "--notify",
    metavar="KEY",
    help="Send a change event with this routing key if something was written; 'env' takes the key from PAGERDUTY_ROUTING_KEY.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file for the journal of this run. Default: a new file in .pdsync/journal.",
)
@SECRETS_OUT
@SECRETS_TO
@FULL
@TIMEZONE
@_REPORT
@output("text", "json", "markdown")
@click.pass_obj
def apply(
    invocation: Invocation,
    /,
    yes: bool,
    workers: int,
    plan_file: Path | None,
    expect_digest: str | None,
    approve_deletes: str | None,
    notify: str | None,
    journal: Path | None,
    strict: bool,
    secrets_out: Path | None,
    secrets_to: str | None,
    timezone: str | None,
    report: Path | None,
    output: Any,
    **selected: Any,
) -> int:
    """Show the plan, ask for confirmation, and apply it.

    PATH is a file or folder of manifests, or a saved plan. Ctrl-C lets writes in progress finish and skips the rest. Run the command again to
    continue.
    """
    from pdsync.cli.command.apply import ApplyOptions, apply
    from pdsync.engine.desired import Selection

    how = ApplyOptions(
        yes=yes,
        workers=workers,
        plan_file=plan_file,
        expect_digest=expect_digest,
        approve_deletes=approve_deletes,
        notify=notify,
        report=report,
        journal=journal,
        strict=strict,
        secrets_out=secrets_out,
        secrets_to=secrets_to,
        timezone=timezone,
    )
    return apply(invocation, Selection(**selected), output, how)


@cli.command(
    examples=(
        ("In a pipeline, after the plan", "pdsync plan --report plan.md && pdsync comment plan.md"),
        ("From elsewhere", "pdsync comment plan.md --host github --pr 42 --author my-bot"),
    )
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--host", type=click.Choice(["github", "gitlab"]), help="The code host. Default: the one that runs this job."
)
@click.option(
    "--pr",
    "number",
    type=click.IntRange(1),
    help="The number of the pull or merge request. Default: the one that this job runs for.",
)
@click.option(
    "--author",
    metavar="LOGIN",
    help="GitHub: the login that owns the token. Default: github-actions[bot], the owner of GITHUB_TOKEN.",
)
@click.pass_obj
def comment(invocation: Invocation, /, file: Path, **options: Any) -> int:
    """Post a Markdown report as the comment of a pull or merge request.

    FILE is the Markdown report that plan or apply wrote with --report; - reads it from standard input. A later run updates the same
    comment, or leaves it alone if nothing changed.

    \b
    GitHub:  GITHUB_TOKEN, GITHUB_REPOSITORY, and GITHUB_EVENT_PATH or GITHUB_SHA
    GitLab:  GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID, and CI_MERGE_REQUEST_IID or CI_COMMIT_SHA
    """
    from pdsync.cli.command.comment import comment

    return comment(invocation, file, **options)


@cli.command(
    examples=(
        ("Show what was edited by hand", "pdsync drift"),
        ("In a nightly job: open one alert while there are edits", "pdsync drift --notify env"),
    )
)
@selection
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the result to a file instead of stdout."
)
@click.option(
    "--notify",
    metavar="KEY",
    help="Keep one alert open with this routing key while there are edits by hand; 'env' takes the key from PAGERDUTY_ROUTING_KEY.",
)
@output("text", "json", "markdown", "junit", "prometheus")
@click.pass_obj
def drift(invocation: Invocation, /, out: Path | None, notify: str | None, output: Any, **selected: Any) -> int:
    """Show drift: what was edited by hand, and what was not applied yet. Changes nothing in the account.

    Exits with 2 if anything differs. With --notify, pdsync keeps one alert open for the workspace while there are edits by hand, and
    resolves the alert when there are none.
    """
    from pdsync.cli.command.drift import DriftOptions, drift
    from pdsync.engine.desired import Selection

    return drift(invocation, Selection(**selected), output, DriftOptions(out=out, notify=notify))


add_about_commands(cli)
add_ownership_commands(cli)
add_oncall_commands(cli)
add_override_commands(cli)
add_event_commands(cli)
cli.add_command(init)
add_journal_commands(cli)
add_probe_commands(cli)
add_route_commands(cli)
add_sandbox_commands(cli)
