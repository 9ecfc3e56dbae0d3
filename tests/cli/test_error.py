"""Every error has one exit code, and is told in a sentence or two."""

from __future__ import annotations

import click
import pytest

from pdsync.cli.error import CliError, ExitCode, UnknownOutcomeError, UsageError, exit_code_of, handle_error
from pdsync.cli.invocation import Invocation
from pdsync.engine.apply import BlockedError, ConflictError
from pdsync.engine.error import EngineError, ManifestsError, PlanError, RefusedError, RequestError, StaleError
from pdsync.manifest import ManifestProblem
from pdsync.model import Source
from pdsync.plan import PlanProblem

CODES = [
    (EngineError("x"), ExitCode.ERROR),
    (CliError("x"), ExitCode.ERROR),
    (ManifestsError([]), ExitCode.ERROR),
    (PlanError([]), ExitCode.ERROR),
    (RequestError("x"), ExitCode.USAGE),
    (UsageError("x"), ExitCode.USAGE),
    (RefusedError("x"), ExitCode.REFUSED),
    (BlockedError("x"), ExitCode.REFUSED),
    (StaleError("x"), ExitCode.STALE),
    (ConflictError([]), ExitCode.STALE),
    (UnknownOutcomeError("x"), ExitCode.UNKNOWN),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda value: type(value).__name__)
def test_each_error_has_its_exit_code(error: EngineError, code: ExitCode, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(error) == code
    assert handle_error(error, Invocation()) == code
    assert "Traceback" not in capsys.readouterr().err


def test_no_error_of_the_engine_exits_with_success() -> None:
    def below(kind: type[EngineError]) -> list[type[EngineError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    for kind in below(EngineError):
        assert exit_code_of(kind.__new__(kind)) != ExitCode.OK


def test_message_hint_and_details_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    handle_error(RefusedError("the first", "Do that.", ["the second"]), Invocation())
    assert capsys.readouterr().err == "error: the first\n  Do that.\nerror: the second\n"


def test_problems_are_told_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    handle_error(
        ManifestsError([ManifestProblem(Source("a.yaml", 3, 5), "user/ana", "is wrong", "Mend it.")]), Invocation()
    )
    assert capsys.readouterr().err == "a.yaml:3:5: user/ana: is wrong\n  Mend it.\n\n1 problem.\n"
    handle_error(PlanError([PlanProblem("user/ana", "a.yaml:3", "is listed twice", "")]), Invocation())
    assert capsys.readouterr().err == "a.yaml:3: user/ana: is listed twice\n\n1 problem.\n"


def test_an_interruption_is_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert handle_error(KeyboardInterrupt(), Invocation()) == ExitCode.INTERRUPTED
    assert handle_error(click.Abort(), Invocation()) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err == "Interrupted.\nInterrupted.\n"


def test_a_key_that_was_typed_without_its_option_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    error = click.UsageError("Got unexpected extra argument (u+abcdefghij0123456789)")
    assert handle_error(error, Invocation()) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert "abcdefghij" not in told
    assert "*6789" in told
