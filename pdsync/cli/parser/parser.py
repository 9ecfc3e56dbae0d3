"""Options and arguments, and nothing else: each command is imported only when it runs, so that --version is instant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import GlobalOptions, Invocation
from pdsync.cli.parser.event_parser import add_event_commands
from pdsync.cli.parser.init_parser import init
from pdsync.cli.parser.journal_parser import add_journal_commands
from pdsync.cli.parser.oncall_parser import add_oncall_commands
from pdsync.cli.parser.option import (
    ALL_ROLES,
    PATHS,
    REASSIGN,
    RECENT_ALERTS,
    ROTATE,
    SAMPLE_EVENTS,
    STRICT,
    TIMEZONE,
    output,
    seconds,
    selection,
)
from pdsync.cli.parser.ownership_parser import add_ownership_commands
from pdsync.cli.parser.probe_parser import add_probe_commands
from pdsync.cli.parser.route_parser import add_route_commands
from pdsync.version import __version__

_REPORT = click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the report to a file, as Markdown for a comment.",
)
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(
    context_settings=_SETTINGS,
    epilog="Exit codes: 0 done, 1 error, 2 changes pending (plan --detailed-exitcode), 3 applied in part, 4 plan is stale, 5 refused by a limit or blocker, 6 outcome unknown, 7 applied but a report or output was lost, 64 usage, 130 interrupted.",
)
@click.version_option(__version__, message="pdsync %(version)s")
@click.option(
    "--config", type=click.Path(), metavar="FILE", help="The configuration. Default: ./pdsync.yaml, if it is there."
)
@click.option(
    "--workspace",
    metavar="NAME",
    help="The workspace, where the configuration has several. Environment: PDSYNC_WORKSPACE.",
)
@click.option("--api-url", metavar="URL", help="Another address of the API. Environment: PDSYNC_API_URL.")
@click.option("--region", type=click.Choice(["us", "eu"]), help="The region of the account.")
@click.option("--sandbox", is_flag=True, help="Use a local PagerDuty, kept in .pdsync/sandbox.db, that needs no token.")
@click.option(
    "--sandbox-seed",
    type=click.Choice(["none", "example"]),
    help="What a new sandbox holds. Environment: PDSYNC_SANDBOX_SEED.",
)
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(allow_dash=True),
    help="A file that holds the API token; - reads it from the standard input. Environment: PAGERDUTY_TOKEN.",
)
@click.option(
    "--from", "from_email", metavar="EMAIL", help="The user an account-level key acts for. Environment: PAGERDUTY_FROM."
)
@click.option(
    "--timeout",
    "timeout_s",
    callback=seconds,
    metavar="DURATION",
    help="How long the command may take in all. Default: 30m for commands that write to PagerDuty, 5m for others. Environment: PDSYNC_TIMEOUT.",
)
@click.option("-v", "--verbose", count=True, help="Print more; -vv prints each API request.")
@click.option("-q", "--quiet", is_flag=True, help="Print only results and errors.")
@click.option("--color/--no-color", default=None, help="Default: on a terminal, unless NO_COLOR is set.")
@click.pass_obj
def cli(invocation: Invocation, /, verbose: int, quiet: bool, color: bool | None, **options: Any) -> None:
    """Keep a PagerDuty account equal to YAML manifests in git."""
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other.")
    invocation.terminal.configure(-1 if quiet else verbose, color)
    invocation.options = GlobalOptions(**options)
    invocation.hide_mistaken_token()
    if invocation.env("TZ"):
        from pdsync.cli.setting.machine_zone import read_machine_zone

        if warning := read_machine_zone(invocation.env("TZ"))[1]:
            invocation.terminal.warn(warning)


@cli.command()
@PATHS
@output("text", "json", "github")
@click.pass_obj
def validate(invocation: Invocation, /, paths: tuple[str, ...], output: Any) -> int:
    """Check manifests, without asking PagerDuty.

    Every problem is shown at once, with its file, line and column. PATH: files and folders; without one, those that pdsync.yaml names.
    """
    from pdsync.cli.command.validate import validate

    return validate(invocation, paths, output)


@cli.command()
@selection
@REASSIGN
@ROTATE
@ALL_ROLES
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the plan to a file, as JSON that apply takes. With -o html: write the page to this file, in place of stdout.",
)
@click.option(
    "--expires-after",
    callback=seconds,
    default="24h",
    show_default=True,
    metavar="DURATION",
    help="How long the written plan may be applied.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending.")
@SAMPLE_EVENTS
@RECENT_ALERTS
@TIMEZONE
@_REPORT
@click.option(
    "--page", type=click.Path(path_type=Path), metavar="FILE", help="Also write the plan to a file, as an HTML page."
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
    """Show what an apply would do. Nothing is written.

    PATH: files and folders; without one, those that pdsync.yaml names. What other manifests hold cannot be referred to by key then.
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


@cli.command()
@selection
@REASSIGN
@ROTATE
@ALL_ROLES
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=16,
    show_default=True,
    help="The most changes to write at a time. How many it is below that depends on how PagerDuty answers.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Apply this saved plan, if the account is still as it was planned against.",
)
@STRICT
@click.option("--expect-digest", metavar="DIGEST", help="Apply only the plan of this digest, as the review showed it.")
@click.option(
    "--approve-deletes",
    metavar="DIGEST",
    help="Apply the plan of this digest although it exceeds a limit on deletes.",
)
@click.option(
    "--notify",
    metavar="KEY",
    help="The routing key that a change event is sent with when something was written; 'env' takes PAGERDUTY_ROUTING_KEY.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to keep the journal of this run. Default: a new file in .pdsync/journal.",
)
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
    timezone: str | None,
    report: Path | None,
    output: Any,
    **selected: Any,
) -> int:
    """Show the plan, ask for confirmation, and apply it.

    Ctrl-C lets writes in progress finish and skips the rest; run it again to continue.
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
        timezone=timezone,
    )
    return apply(invocation, Selection(**selected), output, how)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--host", type=click.Choice(["github", "gitlab"]), help="Default: where this runs.")
@click.option(
    "--pr", "number", type=click.IntRange(1), help="The number of the request. Default: the one this runs for."
)
@click.option(
    "--author",
    metavar="LOGIN",
    help="GitHub: the login that the token belongs to. Default: github-actions[bot], as GITHUB_TOKEN does.",
)
@click.pass_obj
def comment(invocation: Invocation, /, file: Path, **options: Any) -> int:
    """Create or update the report comment of a pull or merge request.

    FILE: what plan or apply wrote with --report; - reads it from the standard input. The comment of an earlier run is updated; an
    unchanged one is left as it is.

    \b
    GitHub:  GITHUB_TOKEN, GITHUB_REPOSITORY, and GITHUB_EVENT_PATH or GITHUB_SHA
    GitLab:  GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID, and CI_MERGE_REQUEST_IID or CI_COMMIT_SHA
    """
    from pdsync.cli.command.comment import comment

    return comment(invocation, file, **options)


@cli.command()
@selection
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file, in place of stdout."
)
@click.option(
    "--notify",
    metavar="KEY",
    help="The routing key of an alert that is open while edits by hand are there; 'env' takes PAGERDUTY_ROUTING_KEY.",
)
@output("text", "json", "markdown", "junit", "prometheus")
@click.pass_obj
def drift(invocation: Invocation, /, out: Path | None, notify: str | None, output: Any, **selected: Any) -> int:
    """Show drift: what was edited by hand, and what was not applied yet. Nothing is written.

    Exits with 2 when anything differs. With --notify there is one alert for the workspace: opened or renewed while edits are there, resolved when they are gone.
    """
    from pdsync.cli.command.drift import DriftOptions, drift
    from pdsync.engine.desired import Selection

    return drift(invocation, Selection(**selected), output, DriftOptions(out=out, notify=notify))


@cli.command()
@click.argument("kind", required=False)
@click.pass_obj
def schema(invocation: Invocation, /, kind: str | None) -> int:
    """Print the JSON Schema of manifests, of one KIND or of all.

    KIND may also be configuration, for pdsync.yaml, or plan or result, for what plan and apply give with -o json.
    """
    from pdsync.cli.command.schema import schema

    return schema(invocation, kind)


@cli.command()
@output("text", "json")
@click.pass_obj
def whoami(invocation: Invocation, /, output: Any) -> int:
    """Show the account, and the owner of the token."""
    from pdsync.cli.command.whoami import whoami

    return whoami(invocation, output)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on. Default: any free one.")
@click.option("--db", default=":memory:", show_default=True, metavar="FILE", help="Where the account is kept.")
@click.option(
    "--seed",
    type=click.Choice(["none", "example"]),
    default="none",
    show_default=True,
    help="What a new account holds.",
)
@click.option(
    "--state",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A dump of /_sandbox/state that a new account begins with.",
)
@click.option(
    "--account",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A profile of the account, as YAML or JSON: its plan, and what PagerDuty does there (see docs/sandbox.md).",
)
@click.option(
    "--faults",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Fault-injection rules, as JSON (see docs/sandbox.md).",
)
@click.option("--latency", metavar="MS", help="Milliseconds for every answer: 50, 20-80, normal:50:10, exponential:50.")
@click.option(
    "--rate-limit", type=click.IntRange(1), default=100_000, metavar="N", help="Requests a minute for each token."
)
@click.option("--tls", is_flag=True, help="Serve https, with a certificate of its own.")
@click.pass_obj
def sandbox(invocation: Invocation, /, **options: Any) -> int:
    """Serve a local PagerDuty, until it is stopped.

    The first line of output is its address.
    """
    from pdsync.cli.command.sandbox import SandboxOptions, sandbox

    return sandbox(invocation, SandboxOptions(**options))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion(invocation: Invocation, /, shell: str) -> int:
    """Print the script that completes pdsync's commands in a shell.

    \b
    bash:  pdsync completion bash > ~/.local/share/bash-completion/completions/pdsync
    zsh:   pdsync completion zsh > "${fpath[1]}/_pdsync"
    fish:  pdsync completion fish > ~/.config/fish/completions/pdsync.fish
    """
    from pdsync.cli.command.completion import completion

    return completion(invocation, cli, shell)


add_ownership_commands(cli)
add_oncall_commands(cli)
add_event_commands(cli)
cli.add_command(init)
add_journal_commands(cli)
add_probe_commands(cli)
add_route_commands(cli)
