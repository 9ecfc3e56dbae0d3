"""``pdsync verify-account``: asks the open questions of a real account that is there to be tried."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode, UsageError, loss_told
from pdsync.cli.event_connection import events_url
from pdsync.cli.files.output_file import Form, OutputFile
from pdsync.cli.interrupt import stop_on_signals
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.setting.credential import describe_user_token
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.time_limit import WRITING_S
from pdsync.client import RestApiV2Client
from pdsync.engine.connection import CLIENT_OPTIONS
from pdsync.engine.error import RefusedError
from pdsync.model.suggestion import did_you_mean
from pdsync.probe import (
    NOT_ASKED,
    PROBES,
    BusyError,
    Fact,
    Manner,
    Probe,
    ReadOnlyKeyError,
    RemnantError,
    Report,
    RiskError,
    Watch,
    build_profile,
    build_report,
    render_fact,
    render_questions,
    render_report,
)
from pdsync.probe import verify_account as verify

Output = Literal["text", "json"]
_ANSWERS = Form("file of answers of verify-account", "answers.json", members=frozenset({"verify_account", "questions"}))
_PROFILE = Form("profile of an account", "account.json", members=frozenset({"account", "readings"}))
_HOW_TO = "docs/how-to/verify-a-real-account.md says what the account may contain."
_AGAIN = "Run 'pdsync verify-account' again: it removes what earlier runs left behind."


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What is asked, and where it is written."""

    agreed: bool
    with_incidents: bool
    names: tuple[str, ...]
    is_list: bool
    out: Path | None
    profile: Path | None

    def files(self) -> list[tuple[OutputFile, Any]]:
        """The files to write, each with what builds its content."""
        found: list[tuple[OutputFile, Any]] = []
        if self.out is not None:
            found.append((OutputFile(self.out, "--out", _ANSWERS), build_report))
        if self.profile is not None:
            found.append((OutputFile(self.profile, "--profile", _PROFILE), build_profile))
        return found


def verify_account(invocation: Invocation, options: VerifyOptions, output: Output) -> int:
    """Asks the questions and shows what was found. What was made is removed, whatever happens."""
    probes = _select(options.names)
    if options.is_list:
        invocation.terminal.out(render_questions(options.names or (*PROBES, *NOT_ASKED)))
        return ExitCode.OK
    if not options.agreed:
        raise RefusedError(
            "verify-account creates and removes objects, so it needs an account that no one depends on",
            f"If this is such an account, add --yes-this-is-a-test-account. {_HOW_TO}",
        )
    for file, _ in options.files():
        file.check(invocation)
    report = Report()
    settings = load_settings(invocation)
    with open_client(invocation, settings, WRITING_S) as client:
        _check_name(invocation, settings, client)
        credential = describe_user_token(client, invocation, settings)
        if credential is not None:
            invocation.terminal.note(f"The token for Slack and Jira is {credential}.")
        try:
            _run(invocation, client, probes, options, report)
        finally:
            _show(invocation, report, options, output, has_from=bool(settings.from_email))
    return _exit_code(invocation, report)


def _select(names: tuple[str, ...]) -> list[Probe]:
    for name in names:
        if name in NOT_ASKED:
            raise UsageError(f"--only {name}: cannot be asked. {NOT_ASKED[name]}")
        if name not in PROBES:
            raise UsageError(f"--only: {name!r} is not an open question", did_you_mean(name, PROBES) or "See --list.")
    return [probe for name, probe in PROBES.items() if not names or name in names]


def _check_name(invocation: Invocation, settings: Settings, client: RestApiV2Client) -> None:
    """Says which account it is. Raises RefusedError for one that the configuration here may be about."""
    name, config = client.subdomain or "without a name", settings.config
    invocation.terminal.note(f"The account is {name}.")
    if config.file is None or settings.base_url is None:
        return
    if config.subdomain is not None and name.casefold() == config.subdomain.casefold():
        raise RefusedError(f"{name} is the account that {config.file} manages", "Use a token of another account.")
    if config.subdomain is None or config.one_of_several:
        which = "has several workspaces" if config.one_of_several else "has no subdomain"
        hint = "Run it in a folder without a configuration. Nothing was written."
        raise RefusedError(f"{config.file} {which}, so {name} may be an account that it manages", hint)


def _run(
    invocation: Invocation, client: RestApiV2Client, probes: list[Probe], options: VerifyOptions, report: Report
) -> None:
    terminal = invocation.terminal

    def on_fact(fact: Fact) -> None:
        terminal.note(render_fact(fact))

    def on_swept(count: int) -> None:
        terminal.note(
            f"{count} object{'' if count == 1 else 's'} of an earlier run {'is' if count == 1 else 'are'} removed."
        )

    sleep = CLIENT_OPTIONS.get("sleep", time.sleep)
    try:
        with stop_on_signals(terminal, f"Objects may be left in the account. {_AGAIN}") as stop:
            manner = Manner(
                may_page=options.with_incidents,
                surveys=not options.names,
                is_stopped=stop.is_set,
                sleep=sleep,
                events_url=events_url(client.url),
            )
            verify(client, probes, manner, report, Watch(on_fact, on_swept))
    except RiskError as error:
        first, *others = error.findings
        hint = f"Nothing was written. Use an account that no one depends on, such as a trial. {_HOW_TO}"
        raise RefusedError(
            f"the account is refused: {first}", hint, [f"the account is refused: {it}" for it in others]
        ) from None
    except ReadOnlyKeyError:
        hint = "Nothing was written. Use a key that may write: an account-level key without the read-only mark, or one of an admin."
        raise RefusedError(f"the token from {invocation.token_source} may not write", hint) from None
    except BusyError:
        hint = "Nothing was written. Wait until it ends: two runs at the same time would get wrong answers."
        raise RefusedError("another run of verify-account is in progress in this account", hint) from None
    except RemnantError as error:
        details = [f"not removed: {it}" for it in error.left]
        raise CliError(str(error), "Remove them by hand, and try again.", details) from None


def _show(invocation: Invocation, report: Report, options: VerifyOptions, output: Output, *, has_from: bool) -> None:
    """Shows and writes what was found, also where an error ended the run; nothing where the run never began."""
    if report.account is None:
        return
    if output == "json":
        invocation.terminal.out_json(_json(build_report(report)))
    else:
        invocation.terminal.out(render_report(report))
    for file, build in options.files():
        with loss_told(invocation):
            file.write(_json(build(report)), invocation)
    if report.account.key == "account" and not has_from:
        invocation.terminal.note(
            "With --from EMAIL (a user of the account), an account-level key can answer more questions."
        )
    if report.left:
        # Also where an error ended the run: objects that are left count more.
        invocation.done = Done(ExitCode.PARTIAL)
    for remnant in report.left:
        invocation.terminal.error(f"not removed: {remnant}", _AGAIN)


def _exit_code(invocation: Invocation, report: Report) -> int:
    code = ExitCode.PARTIAL if report.left else ExitCode.INTERRUPTED if report.is_stopped else ExitCode.OK
    if report.is_stopped:
        invocation.terminal.error(
            "Interrupted. Everything that this run created is removed." if not report.left else "Interrupted.", label=""
        )
    elif code is ExitCode.OK and report.facts and all(fact.finding.reading is None for fact in report.facts):
        invocation.terminal.error(
            "no question was answered", "The reason is next to each question. Use another key, or another account."
        )
        code = ExitCode.ERROR
    invocation.done = Done(code)
    return code


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
