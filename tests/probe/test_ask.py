"""Against a sandbox under any profile a probe finds what the profile says, and leaves the account as it was."""

from __future__ import annotations

import pytest

from pdsync.probe import NOT_ASKED, PROBES
from pdsync.probe.account import Account
from pdsync.probe.cleanup import Cleanup
from pdsync.probe.run import ask, clear
from pdsync.probe.workbench import Manner, Workbench
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile import QUESTIONS
from tests.probe.conftest import ACCOUNT_TOKEN, connect, holdings
from tests.support.world import TOKEN

CASES = [(name, reading) for name in PROBES for reading in QUESTIONS[name].readings]


@pytest.mark.parametrize(("name", "reading"), CASES)
def test_a_probe_finds_what_the_profile_says(shared: SandboxServer, name: str, reading: str) -> None:
    shared.control.set_account({"account": 1, "readings": {name: reading}})
    before, probe = holdings(shared), PROBES[name]
    key = "account" if probe.key == "account" else "user"
    with connect(shared, ACCOUNT_TOKEN if key == "account" else TOKEN) as client:
        manner = Manner(may_page=True, sleep=lambda seconds: None, events_url=shared.url)
        bench = Workbench(client, manner)
        finding = ask(bench, probe, Account(key))
        left = clear(bench, Cleanup(client, lambda seconds: None))
    assert finding.reading == reading, finding
    assert left == []
    assert holdings(shared) == before


def test_every_question_is_asked_or_says_why_it_is_not() -> None:
    assert {*PROBES, *NOT_ASKED} == {*QUESTIONS}
    assert not {*PROBES} & {*NOT_ASKED}
    assert all(why.endswith(".") for why in NOT_ASKED.values())


def test_a_request_is_a_method_and_a_path_in_a_sentence() -> None:
    for probe in PROBES.values():
        method, path = probe.request.split()[:2]
        assert method in {"GET", "POST", "PUT", "DELETE"}, probe
        assert path.startswith("/"), probe
        assert not probe.request.endswith("."), probe
