"""Workflow action: what a step of an incident workflow can do. The catalogue is fixed.

Ids, and names of inputs: PagerDuty API description, tests of terraform-provider-pagerduty, and configurations that people
publish. Which inputs are required, and the texts, are this project's own. ``pagerduty.com:test:sample-action:1`` is of the
description; ``pagerduty.com:test:typed-action:1`` is made up, and has inputs of the other types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate_cursor
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.record import Body, Record

_MADE_AT = "2023-05-04T15:03:42Z"
_MAKER = "PNBURS9"  # PagerDuty API description, its example
_OUTPUTS = (
    ("Result", "Whether the action succeeded"),
    ("Result Summary", "What the action did"),
    ("Error", "Why the action failed"),
)


@dataclass(frozen=True, slots=True)
class ActionInput:
    """``default`` is what PagerDuty fills in; an empty one fills in nothing. A hidden input is taken and never shown."""

    name: str
    says: str
    type: str = "text"
    default: str = ""
    is_required: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """``steps_input`` names the input that holds steps, where the action has one."""

    id: str
    name: str
    says: str
    inputs: tuple[ActionInput, ...] = ()
    keywords: tuple[str, ...] = ("incident",)
    tier: str = "standard-action"
    steps_input: str | None = None


_MESSAGE = ActionInput("Message", "What to say", is_required=True)
_WORKSPACE = ActionInput("Workspace", "Id of the Slack workspace", is_required=True)
_STATUS_UPDATE = "Sends a status update to subscribers of the incident"
_TEMPLATED = (
    _MESSAGE,
    ActionInput("Status Update template", "Id of the template to use"),
    ActionInput("Send to subscribers", "Whether to notify", "singleChoice", "Yes"),
)
_LOOP = (
    ActionInput("Condition", "When to stop", is_required=True),
    ActionInput("Delay between loops", "In minutes", "integer", is_required=True),
    ActionInput("Maximum loops", "How often at most", "integer", "20"),
)
_LISTED = (
    Action(
        "pagerduty.com:incident-workflows:add-conference-bridge:1",
        "Add Conference Bridge",
        "Adds a number or an address to the incident for a call",
        (
            ActionInput("Conference Number", "Number to dial"),
            ActionInput("Conference URL", "Address to open"),
        ),
    ),
    Action(
        "pagerduty.com:incident-workflows:add-conference-bridge:5",
        "Add Conference Bridge",
        "Adds a number or an address to the incident for a call",
        (
            ActionInput("Conference Number", "Number to dial"),
            ActionInput("Conference URL", "Address to open"),
            ActionInput("Overwrite existing conference bridge", "Whether to replace one", "singleChoice", "No"),
        ),
    ),
    Action(
        "pagerduty.com:incident-workflows:add-notes-to-incident:1",
        "Add Note",
        "Adds a note to the incident",
        (ActionInput("Note", "Text of the note", is_required=True),),
    ),
    Action(
        "pagerduty.com:incident-workflows:add-responders:1",
        "Add Responders",
        "Asks more people to help",
        (
            ActionInput("Responders", "Users and escalation policies", "json", is_required=True),
            ActionInput("Message", "What to say to them", default="Please help me with {{incident.title}}"),
        ),
    ),
    Action(
        "pagerduty.com:incident-workflows:add-responders:2",
        "Add Responders",
        "Asks more people to help",
        (
            ActionInput("Responders", "Users and escalation policies", "json", is_required=True),
            ActionInput("Message", "What to say to them", default="Please help me with {{incident.title}}"),
        ),
    ),
    Action(
        "pagerduty.com:incident-workflows:delay:1",
        "Delay",
        "Waits before the next step",
        (ActionInput("Delay", "In minutes", "integer", is_required=True),),
    ),
    *(
        Action(
            f"pagerduty.com:incident-workflows:send-status-update:{version}",
            "Send Status Update",
            _STATUS_UPDATE,
            inputs,
            ("incident", "status"),
        )
        for version, inputs in ((1, (_MESSAGE,)), (2, (_MESSAGE,)), (4, _TEMPLATED), (5, _TEMPLATED))
    ),
    Action(
        "pagerduty.com:incident-workflows:update-incident-priority:1",
        "Update Incident Priority",
        "Sets the priority of the incident",
        (ActionInput("Priority", "Its name", is_required=True),),
    ),
    *(
        Action(
            f"pagerduty.com:logic:incident-workflows-loop-until:{version}",
            "Loop Until",
            "Repeats steps until a condition is true",
            _LOOP,
            ("logic",),
            steps_input="Actions",
        )
        for version in (1, 2, 3)
    ),
    Action(
        "pagerduty.com:slack:archive-channel:2",
        "Archive Slack Channel",
        "Archives the channel of the incident",
        (ActionInput("Message", "What to say before"),),
        ("slack",),
    ),
    Action(
        "pagerduty.com:slack:create-a-channel:4",
        "Create Slack Channel",
        "Makes a channel for the incident",
        (
            _WORKSPACE,
            ActionInput("Channel Name", "Name of the channel", is_required=True),
            ActionInput("Channel visibility", "Public or Private", "singleChoice", "Public"),
            ActionInput("Pin incident", "Whether to pin the incident", "singleChoice", "Yes"),
        ),
        ("slack",),
    ),
    *(
        Action(
            f"pagerduty.com:slack:send-markdown-message:{version}",
            "Send Slack Message",
            "Posts a message to a channel",
            (
                _WORKSPACE,
                ActionInput("Channel", "Which kind of channel", "singleChoice", "Incident Dedicated Channel"),
                ActionInput("Select the Channel", "Name of the channel"),
                # terraform-provider-pagerduty #873: taken, and never shown again.
                ActionInput("Channel ID", "Id of the channel", is_hidden=True),
                _MESSAGE,
                ActionInput("Pinned message", "Whether to pin the message", "singleChoice", "No"),
            ),
            ("slack",),
        )
        for version in (2, 3)
    ),
    Action(
        "pagerduty.com:test:sample-action:1",
        "Test: Sample Action",
        "An action that does nothing",
        (
            ActionInput("Text Input", "A text", default="some text", is_required=True),
            ActionInput("Int Input", "A number", "integer", "1234"),
        ),
        (),
        "premium-action",
    ),
    Action(
        "pagerduty.com:test:typed-action:1",
        "Test: Typed Action",
        "An action of the sandbox that does nothing",
        (
            ActionInput("Password Input", "A secret", "password"),
            ActionInput("Json Input", "JSON in a text", "json"),
            ActionInput("Connection Input", "Id of a connection", "connection"),
            ActionInput("Boolean Input", "true or false", "boolean", "false"),
        ),
        (),
        "premium-action",
    ),
    Action(
        "pagerduty.com:zoom:create-zoom-meeting:1",
        "Create Zoom Meeting",
        "Makes a meeting for the incident",
        (ActionInput("Meeting Name", "Name of the meeting", default="{{incident.title}}"),),
        ("zoom",),
    ),
)
ACTIONS: Mapping[str, Action] = {it.id: it for it in _LISTED}
_ROWS: Mapping[str, Record] = {
    it.id: Record(number, "action", it.id, None, {}) for number, it in enumerate(_LISTED, start=1)
}


def workflow_action_routes() -> list[Route]:
    return [
        Route("GET", "/incident_workflows/actions", _list),
        Route("GET", "/incident_workflows/actions/<id>", _get),
    ]


def shown_outputs() -> list[Body]:
    """The outputs of a step (PagerDuty API description, its example)."""
    return [
        {"name": name, "reference_name": name.lower().replace(" ", "-"), "parameter_type": "text"}
        for name, _ in _OUTPUTS
    ]


def _list(call: Call) -> Answer:
    keyword = call.arg("keyword")
    rows = [_ROWS[it.id] for it in ACTIONS.values() if keyword is None or keyword in it.keywords]

    def serve(limit: int, after: int | None) -> list[Record]:
        return [it for it in rows if after is None or it.number > after][:limit]

    page = paginate_cursor(call, "actions", serve, lambda it: _shown(call, ACTIONS[it.id]))
    return Answer(200, {**page, "more": page["next_cursor"] is not None})


def _get(call: Call, id: str) -> Answer:
    if id not in ACTIONS:
        raise not_found("action")
    return Answer(200, {"action": _shown(call, ACTIONS[id])})


def _shown(call: Call, action: Action) -> Body:
    domain, package, function, version = action.id.split(":")
    keywords: Sequence[str] = action.keywords
    return {
        "id": action.id,
        "type": "action",
        "self": f"{call.links.base_url}/incident_workflows/actions/{action.id}",
        "domain_name": domain,
        "package_name": package,
        "function_name": function,
        "version": int(version),
        "name": action.name,
        "description": action.says,
        "action_type": "action",
        "action_tier": action.tier,
        "tags": list(keywords),
        "search_keywords": list(keywords),
        "metadata": "{}",
        "inputs": [_shown_input(it) for it in action.inputs],
        "outputs": [{"name": name, "description": says, "type": "text"} for name, says in _OUTPUTS],
        "created_at": _MADE_AT,
        "created_by_user_id": _MAKER,
    }


def _shown_input(given: ActionInput) -> Body:
    return {
        "name": given.name,
        "description": given.says,
        "type": given.type,
        "default_value": given.default,
        "is_required": given.is_required,
        "is_hidden": given.is_hidden,
        "advanced": False,
        "metadata": "{}",
        "connection_type_id": "",
    }
