"""What people type who know other tools: each works, or gets one message that says what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdsync.cli.parser.habit_answer import ALIASES, ANSWERS, OPTION_ALIASES, OPTION_ANSWERS, RENAMED
from pdsync.cli.parser.program import Group
from pdsync.sandbox import SandboxServer
from pdsync.version import __version__
from tests.cli.conftest import Pdsync
from tests.cli.parser.test_program import EVERY, pdsync_lines
from tests.support.recorded import forget, writes

WORKS = [
    ("version", f"pdsync {__version__}\n"),
    ("-version", f"pdsync {__version__}\n"),
    ("help", "Usage: pdsync [OPTIONS] COMMAND"),
    ("help plan", "Usage: pdsync plan "),
    ("help journal restore", "Usage: pdsync journal restore "),
    ("help diff", "Usage: pdsync plan "),
    ("journal help", "Usage: pdsync journal [OPTIONS] COMMAND"),
    ("-help", "Usage: pdsync [OPTIONS] COMMAND"),
    ("plan -help", "Usage: pdsync plan "),
    ("diff", "3 to create"),
    ("diff -f manifests/shop.yaml", "3 to create"),
    ("preview -no-color", "3 to create"),
    ("plan -input=false -detailed-exitcode=", ""),
    ("plan --dry-run", "3 to create"),
    ("plan -json", '"changes"'),
    ("validate -f manifests", "1 service: valid."),
    ("check", ""),
    ("ping", "account"),
    ("plan -target=service/checkout", "to create"),
]
ANSWERED = [
    ("delete", "absent: true"),
    ("destroy service/checkout", "absent: true"),
    ("destroy -auto-approve", "absent: true"),
    ("plan -destroy", "absent: true"),
    ("apply --destroy", "absent: true"),
    ("get services", "pdsync export --out DIR"),
    ("show plan.json", "pdsync apply FILE"),
    ("state list", "no state file"),
    ("plan -state=x", "no state file"),
    ("import service/checkout PABC123", "pdsync export --out"),
    ("refresh", "pdsync drift"),
    ("apply -refresh-only", "pdsync drift"),
    ("fmt", "pdsync validate"),
    ("undo", "pdsync journal restore last"),
    ("apply --dry-run=client -f manifests", "pdsync plan"),
    ("apply --force", "--approve-deletes"),
    ("apply -out=x", "pdsync plan --out FILE"),
    ("plan -var a=b", "pdsync.yaml"),
    ("login", "PAGERDUTY_TOKEN"),
    ("force-unlock 1", "locks nothing"),
    ("-chdir=x plan", "--config DIR/pdsync.yaml"),
    ("appyl", "Did you mean 'apply'?"),
    ("iniit", "Did you mean 'init'?"),
    ("ini", "Did you mean 'init'?"),
    ("inti", "Did you mean 'init'?"),
    ("initialise", "Did you mean 'init'?"),
    ("apply --notify", "See 'pdsync apply --help'"),
    ("journal restor", "Did you mean 'restore'?"),
    ("destory", "Did you mean 'destroy'?"),
    ("zzz", "no command 'zzz'"),
    ("plan --tragets x", "Did you mean '--target'?"),
    ("plan --sandox", "Did you mean '--sandbox'?"),
]


@pytest.mark.parametrize(("line", "shows"), WORKS, ids=lambda it: it)
def test_it_works(pdsync: Pdsync, manifests: Path, online: SandboxServer, line: str, shows: str) -> None:
    run = pdsync(*line.split())
    if line.endswith("exitcode="):
        assert run.code == 64  # a flag takes no value, and is not taken for another option
        return
    assert run.code == 0, run.err
    assert shows in run.out


@pytest.mark.parametrize(("line", "says"), ANSWERED, ids=lambda it: it)
def test_it_says_what_to_type(pdsync: Pdsync, manifests: Path, online: SandboxServer, line: str, says: str) -> None:
    forget(online)
    run = pdsync(*line.split())
    assert (run.code, run.out) == (64, "")
    assert run.err.count("error:") == 1
    assert says in run.err
    assert writes(online) == []


def test_a_word_of_another_tool_that_writes_asks_first(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    forget(online)
    run = pdsync("sync")
    assert (run.code, "use --yes" in run.err) == (64, True)
    assert writes(online) == []
    assert pdsync("sync", "-auto-approve").code == 0
    assert writes(online) != []


def test_apply_takes_a_saved_plan_and_manifests_by_their_names(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    assert pdsync("plan", "-out=plan.json").code == 0
    for line in (("apply", "plan.json", "manifests"), ("apply", "plan.json", "--plan", "plan.json")):
        run = pdsync(*line)
        assert (run.code, "is a saved plan, so it cannot go with other files" in run.err) == (64, True)
    run = pdsync("apply", "plan.json", "--adopt", "--yes")
    assert (run.code, "a saved plan cannot go with --adopt" in run.err) == (64, True)
    run = pdsync("apply", "-auto-approve", "plan.json")
    assert (run.code, "Done: 3 applied." in run.out) == (0, True), run.err
    run = pdsync("apply", "plan.json", "--yes")
    assert run.code in (0, 4), "a saved plan is judged by the account as it is now"
    run = pdsync("apply", "-f", "manifests/shop.yaml", "--yes")
    assert (run.code, "No changes" in run.out or "0 to" in run.out) == (0, True), run.out


def test_a_value_is_never_taken_for_an_option_of_another_tool(pdsync: Pdsync, folder: Path) -> None:
    run = pdsync("trigger", "--description", "-auto-approve", "--dedup-key", "-json")
    assert "there is no routing key" in run.err
    run = pdsync("validate", "--", "-json")
    assert run.out.startswith("-json: does not exist")


def test_every_translation_leads_to_what_there_is() -> None:
    root = EVERY["pdsync"]
    assert isinstance(root, Group)
    assert not (ALIASES.keys() | ANSWERS.keys() | RENAMED.keys()) & root.commands.keys()
    assert set(ALIASES.values()) | set(RENAMED.values()) <= root.commands.keys()
    for (command, _), words in OPTION_ALIASES.items():
        options = [EVERY[f"pdsync {command}"]] if command else list(EVERY.values())
        assert not words or any(words[0] in it.opts for each in options for it in each.params)
    for answer in (*ANSWERS.values(), *OPTION_ANSWERS.values()):
        for line in answer.lines:
            for words in pdsync_lines(line.partition(": ")[2].partition("(")[0].replace(", then", " &&") or line):
                assert any(word in root.commands for word in words), line
