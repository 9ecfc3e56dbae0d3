"""AutomationAction: a script or a job that people, workflows and the rules of a service can start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.association import association_list
from pdsync.model.codec.byte_text import ByteText, Script
from pdsync.model.codec.file_text import FileText
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Choice, Nullable, Text
from pdsync.model.codec.reference import BareReference
from pdsync.model.codec.structure import Object, optional, required
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import Facts, ReplacedFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.scope import Path, Scope

_SLUG = "automation_action"
_API = "PagerDuty API description, AutomationActionsAbstractAction"
_DATA = "action_data_reference"
_SCRIPT, _JOB, _COMMAND = "script", "process_automation", "invocation_command"
_COLLECTION = "automation_actions/actions"
_MAX_SCRIPT, _MAX_COMMAND = 2**24 - 1, 2**16 - 1
_FOR_ALL = "map_to_all_services"
_PREFIX = "process_automation_"
_JOB_PARTS = Object.of(
    job_id=required(ByteText(min_length=1, max_bytes=36), "The id of the job in Process Automation."),
    job_arguments=optional(ByteText(max_bytes=1024, empty_is_null=True), "The arguments of the job, as one text."),
    node_filter=optional(ByteText(max_bytes=1024, empty_is_null=True), "The nodes that the job runs on."),
)


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """What is run, by its type. PagerDuty may leave out `services` of an action that has none (API description, example of the list), and
    it is not known which an action has that is mapped to all of them."""
    data = answer.pop(_DATA, None)
    data = data if isinstance(data, MAPPING) else {}
    job = {name: data.get(f"{_PREFIX}{name}") for name in ("job_id", "job_arguments", "node_filter")}
    answer |= {_SCRIPT: data.get(_SCRIPT), _COMMAND: data.get(_COMMAND)}
    answer[_JOB] = job if job["job_id"] is not None else None
    services = answer.get("services")
    answer["services"] = [] if answer.get(_FOR_ALL) or services is None else services
    return answer


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """What is run in one object, as PagerDuty has it. What is empty is left out of a POST: the API description knows no null there."""
    body.pop("type", None)
    script, command, job = (body.pop(name, None) for name in (_SCRIPT, _COMMAND, _JOB))
    data = {f"{_PREFIX}{name}": said for name, said in job.items()} if isinstance(job, MAPPING) else {_SCRIPT: script}
    if isinstance(command, str):
        data[_COMMAND] = command
    if data != {_SCRIPT: None}:
        body[_DATA] = data
    if "description" in body:
        body["description"] = body["description"] or ""  # PagerDuty requires it
    was = live.fields if live is not None else {}
    return {name: said for name, said in body.items() if said is not None or was.get(name) is not None}


def _runs_job(fields: Mapping[str, Canonical]) -> bool:
    return fields.get("action_type") == _JOB


def _check_type(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Each type says what is run in a field of its own."""
    kind = spec.get("action_type")
    if kind not in (_SCRIPT, _JOB):
        return
    other = _JOB if kind == _SCRIPT else _SCRIPT
    if spec.get(kind) is None:
        scope.problem((*path, "action_type"), f"an action of the type {kind} needs {kind!r}", f"Write {kind}.")
    for name in (other, *(() if kind == _SCRIPT else (_COMMAND,))):
        if spec.get(name) is not None:
            scope.problem(
                (*path, name),
                f"{name!r} does not apply to the type {kind}",
                f"Remove it, or write {other}.",
                on_key=True,
            )


def _check_services(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    if spec.get(_FOR_ALL) is True and spec.get("services"):
        message = f"'services' has no effect with {_FOR_ALL}: true"
        scope.problem((*path, "services"), message, "Remove one of the two.", on_key=True)


def _check_ways(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    names = ("allow_invocation_manually", "allow_invocation_from_event_orchestration")
    if all(spec.get(name) is False for name in names):
        message = "neither people nor event orchestrations can start this action"
        scope.warn((*path, names[0]), message, "Write true for one of them, unless it is meant to be off.")


def _check_runner(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    if "runner" in spec and spec["runner"] is None:
        scope.warn((*path, "runner"), "without a runner nothing can start this action", "Write the key of a runner.")


def _flag(name: str, says: str, *, default: bool) -> Field:
    return Field(name, Boolean(), says, _API, default=default, carry=True)


AUTOMATION_ACTION = Kind(
    name="AutomationAction",
    slug=_SLUG,
    plural="automation actions",
    file="automation-actions",
    source=Listing(_COLLECTION, paging="cursor", has_query=False, may_be_refused=True, on_demand=True),
    description="A script or a job that people, workflows and the rules of a service can start. It needs Automation Actions.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("AutomationActionsAbstractAction"),
        Field(
            "action_type",
            Choice((_SCRIPT, _JOB), ("Runs a script", "Runs a job of Process Automation or Runbook Automation")),
            "What it runs. It cannot be changed.",
            f"{_API}; the type cannot change (the PUT has it as the discriminator of the body)",
            required=True,
            fixed=True,
            carry=True,
        ),
        Field(
            _SCRIPT,
            Nullable(
                FileText(Script(min_length=1, multiline=True, exact=True, max_bytes=_MAX_SCRIPT), ".sh", _MAX_SCRIPT)
            ),
            "The text of the script, or {file: PATH} for a file next to the manifest. Everyone who can see the action can read it, so do "
            "not write a secret in it.",
            f"{_API}, {_DATA}: at most {_MAX_SCRIPT:,} bytes",
            default=None,
            carry=True,
        ),
        Field(
            _COMMAND,
            Nullable(ByteText(max_bytes=_MAX_COMMAND, empty_is_null=True)),
            "The command that the runner starts with the file of the script, such as /bin/bash. Without it the file itself is run.",
            f"{_API}, {_DATA}: at most {_MAX_COMMAND:,} bytes",
            default=None,
            carry=True,
        ),
        Field(
            _JOB,
            Nullable(_JOB_PARTS),
            "The job that it runs.",
            f"{_API}, {_DATA}: at most 36, 1,024 and 1,024 bytes",
            default=None,
            carry=True,
        ),
        Field(
            "runner",
            Nullable(BareReference("automation_runner")),
            "The runner that runs it. Without one nothing can start it.",
            f"{_API}: an id; that of an action of the type {_JOB} cannot change; null clears it (assumed)",
            default=None,
            carry=True,
            fixed_for=_runs_job,
        ),
        Field(
            "action_classification",
            Nullable(Choice(("diagnostic", "remediation"), ("Finds out what is wrong", "Repairs it"))),
            "What it is for.",
            f"{_API}; nullable",
            default=None,
            carry=True,
        ),
        _flag(
            "only_invocable_on_unresolved_incidents",
            "Whether it can be started only while its incident is not resolved.",
            default=False,
        ),
        _flag("allow_invocation_manually", "Whether people can start it.", default=True),
        _flag("allow_invocation_from_event_orchestration", "Whether the rules of services can start it.", default=True),
        _flag(_FOR_ALL, "Whether it belongs to every service. Then it has no services of its own.", default=False),
    ),
    children=(
        association_list(
            "service",
            _COLLECTION,
            ("The services on whose incidents people can start it.", "A service."),
            "parent",
            f"PagerDuty API description, /{_COLLECTION}/{{id}}/services: a PUT of the action has none; the list of actions shows them",
        ),
        association_list(
            "team",
            _COLLECTION,
            ("The teams whose people may start it.", "A team."),
            "request",
            f"PagerDuty API description, /{_COLLECTION}/{{id}}/teams: neither a PUT nor the list of actions has them",
        ),
    ),
    rules=(
        SpecRule(("action_type", _SCRIPT, _COMMAND, _JOB), _check_type),
        SpecRule(("runner",), _check_runner),
        SpecRule((_FOR_ALL, "services"), _check_services),
        SpecRule(("allow_invocation_manually", "allow_invocation_from_event_orchestration"), _check_ways),
    ),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(replaced=ReplacedFact(("the log of its runs",)), example={_SCRIPT: "systemctl restart orders\n"}),
)
