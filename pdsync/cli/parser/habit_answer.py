"""What people who know Terraform, kubectl, decK or git type, and what it is here: data for `habit`, and nothing else.

An alias does what its name does in the other tool, or asks before it writes. Everything else gets an answer: one sentence, and the lines
to type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Answer(NamedTuple):
    """One sentence, and the lines below it."""

    says: str
    lines: tuple[str, ...]


_TOMBSTONE = Answer(
    "pdsync deletes an object when its manifest says so. In that manifest, add these two lines next to 'spec', and run 'pdsync apply':",
    (
        "lifecycle:",
        "  absent: true",
        "To stop managing an object but keep it in PagerDuty: pdsync release KIND/NAME",
    ),
)
_NO_STATE = Answer(
    "pdsync has no state file: each plan reads the account, and the objects themselves say which workspace manages them.",
    (
        "What would change:             pdsync plan",
        "Take over existing objects:    pdsync adopt KIND/NAME",
        "Stop managing an object:       pdsync release KIND/NAME",
    ),
)
_IMPORT = Answer(
    "pdsync imports in two steps: write manifests, then adopt the objects that they describe.",
    (
        "Manifests of an account:          pdsync export --out manifests",
        "Manifests of a Terraform state:   pdsync import-terraform STATE --out manifests",
        "Adopt what they describe:         pdsync plan --adopt, then pdsync apply --adopt",
    ),
)
_SHOW = Answer(
    "pdsync has a command for each thing to show.",
    (
        "What the last apply did:     pdsync journal show",
        "A saved plan:                pdsync apply FILE (shows it, and asks before it applies it)",
        "Who is on call:              pdsync oncall [NAME]",
        "A schedule:                  pdsync schedule show NAME",
        "The account as manifests:    pdsync export --out DIR",
    ),
)
_REFRESH = Answer(
    "Nothing needs a refresh: each plan reads the account.",
    ("What was changed by hand:   pdsync drift", "What would change:          pdsync plan"),
)
_UNDO = Answer(
    "pdsync puts back what an apply changed.",
    ("What the last apply did:   pdsync journal show", "Put it back:               pdsync journal restore last"),
)
_LOGIN = Answer(
    "pdsync keeps no login: it reads the API token at each run.",
    (
        "From the environment:   PAGERDUTY_TOKEN",
        "From a file:            --token-file FILE",
        "Check it:               pdsync whoami",
    ),
)
_LOCK = Answer(
    "pdsync locks nothing: an apply checks each object just before it writes it, and stops where another run changed it.",
    (),
)
_FORMAT = Answer("pdsync does not reformat manifests.", ("Check them:   pdsync validate",))
_VARIABLES = Answer(
    "Variables have their values in pdsync.yaml, under 'variables' and 'workspaces'; the command line sets none.",
    ("Choose a workspace:   --workspace NAME",),
)
_DRY_RUN = Answer("'pdsync plan' is the dry run of an apply.", ("pdsync plan",))
_WORKSPACE = Answer(
    "Workspaces are declared in pdsync.yaml, and chosen by an option.", ("pdsync --workspace NAME plan",)
)
_EDIT = Answer(
    "Edit the manifest, and apply it.",
    (
        "pdsync plan",
        "pdsync apply",
        "To write into the manifest what was edited in PagerDuty: pdsync accept KIND/NAME",
    ),
)

ALIASES: Mapping[str, str] = {
    "check": "validate",
    "diff": "plan",
    "dump": "export",
    "ping": "whoami",
    "preview": "plan",
    "sync": "apply",
}
RENAMED: Mapping[str, str] = {"report": "page"}
"""Names that commands had in earlier versions."""
ANSWERS: Mapping[str, Answer] = {
    **dict.fromkeys(("delete", "destroy", "remove", "rm", "down"), _TOMBSTONE),
    **dict.fromkeys(("state", "taint", "untaint"), _NO_STATE),
    "import": _IMPORT,
    **dict.fromkeys(("show", "get", "list", "ls", "output", "status"), _SHOW),
    "describe": Answer(
        "'explain' describes what happens when a service breaks.", ("pdsync explain SERVICE", "pdsync oncall NAME")
    ),
    "refresh": _REFRESH,
    **dict.fromkeys(("undo", "rollback", "rollout", "revert"), _UNDO),
    "logs": _UNDO,
    **dict.fromkeys(("login", "logout", "auth", "configure"), _LOGIN),
    **dict.fromkeys(("lock", "unlock", "force-unlock"), _LOCK),
    **dict.fromkeys(("fmt", "format"), _FORMAT),
    **dict.fromkeys(("workspace", "workspaces"), _WORKSPACE),
    **dict.fromkeys(("create", "edit", "replace", "patch", "set", "up", "deploy"), _EDIT),
    "test": Answer(
        "Tests of alert routing (kind RoutingTest) run with every lint and plan.", ("pdsync lint", "pdsync plan")
    ),
}
"""What no command is called here, by what it is called elsewhere."""

OPTION_ALIASES: Mapping[tuple[str, str], Sequence[str]] = {
    ("", "--auto-approve"): ("--yes",),
    ("", "--assume-yes"): ("--yes",),
    ("", "--json"): ("-o", "json"),
    ("", "--parallelism"): ("--workers",),
    ("", "--input"): (),
    ("plan", "--dry-run"): (),
    ("plan", "--non-zero-exit-code"): ("--detailed-exitcode",),
    ("plan", "--exit-code"): ("--detailed-exitcode",),
    ("verify-account", "--report"): ("--out",),  # its name before version 0.2
}
"""What other tools call an option, by command; "" is every command. An empty value: it asks for what pdsync does anyway."""
OPTION_ANSWERS: Mapping[tuple[str, str], Answer] = {
    **{(command, "--destroy"): _TOMBSTONE for command in ("plan", "apply")},
    **{(command, name): _REFRESH for command in ("plan", "apply") for name in ("--refresh", "--refresh-only")},
    **{("", name): _VARIABLES for name in ("--var", "--var-file")},
    **{("", name): _NO_STATE for name in ("--state", "--state-out", "--backend", "--backend-config")},
    **{("", name): _LOCK for name in ("--lock", "--lock-timeout")},
    **{("apply", name): _DRY_RUN for name in ("--dry-run", "-n")},
    ("apply", "--force"): Answer(
        "There is no --force. Where a plan exceeds a limit on deletes, the refusal names the digest to approve.",
        ("pdsync apply --approve-deletes DIGEST",),
    ),
    ("apply", "--out"): Answer(
        "'pdsync plan' saves a plan, and 'pdsync apply' applies it.", ("pdsync plan --out FILE", "pdsync apply FILE")
    ),
    ("", "--chdir"): Answer(
        "Name the configuration: its paths are relative to it.", ("pdsync --config DIR/pdsync.yaml plan",)
    ),
}
