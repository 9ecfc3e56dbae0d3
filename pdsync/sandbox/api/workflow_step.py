"""Workflow step: one action of an incident workflow with its inputs, in the order in which they are taken."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.workflow_action import ACTIONS, Action, shown_outputs
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.store.record import Body

_MAX_VALUE = 65_535  # a guess
_ANY_TEXT = Text(_MAX_VALUE, clean=str)


class StepReader:
    """Checks the steps of one request. A step keeps its id where it is one of the workflow's own."""

    def __init__(self, call: Call, known_ids: set[str]) -> None:
        self._call = call
        self._ids = set(known_ids)

    def read(self, form: Form, name: str = "steps", *, is_inline: bool = False) -> list[Body] | None:
        """None where there is nothing to store."""
        given = form.objects(name, null=[])
        if given is None:
            return None
        return [self._step(form, it, f"Step {index}: ", is_inline) for index, it in enumerate(given, start=1)]

    def _step(self, form: Form, given: Body, prefix: str, is_inline: bool) -> Body:
        step: Body = {"id": self._id(given), "name": ""}
        part = form.nested(given, step, prefix)
        part.text("name", Text(255, min_length=1), required=True)
        configuration = part.object("action_configuration", required=True)
        step["action_configuration"] = (
            self._configuration(part, configuration or {}, is_inline) if configuration else {}
        )
        return step

    def _id(self, given: Body) -> str:
        id = given.get("id")
        if isinstance(id, str) and id in self._ids:
            self._ids.remove(id)
            return id
        return self._call.store.new_id()

    def _configuration(self, form: Form, given: Body, is_inline: bool) -> Body:
        configuration: Body = {"action_id": "", "inputs": []}
        part = form.nested(given, configuration, "")
        part.text("action_id", Text(255, min_length=1), required=True)
        action = ACTIONS.get(configuration["action_id"])
        if action is None and configuration["action_id"] and self._refuses("unknown_workflow_action"):
            part.error(f"Could not find actions: {configuration['action_id']}")
        # terraform-provider-pagerduty #840: the member must be there even when it is empty.
        rows = part.objects("inputs", required=True)
        if rows is not None:
            configuration["inputs"] = self._inputs(part, rows, action)
        inline = part.objects("inline_steps_inputs", null=[]) or []
        if inline and is_inline:
            part.error("Inline steps cannot hold steps")
        elif inline:
            configuration["inline_steps_inputs"] = [self._inline(part, it, action) for it in inline]
        return configuration

    def _inputs(self, form: Form, given: list[Body], action: Action | None) -> list[Body]:
        found: dict[str, Body] = {}
        known = {it.name for it in action.inputs} if action is not None else None
        for row in given:
            pair: Body = {"name": "", "value": ""}
            part = form.nested(row, pair, "Input: ")
            part.text("name", Text(255, min_length=1, clean=str), required=True)
            part.text("value", _ANY_TEXT, required=True)
            if pair["name"] in found:
                form.error(f"Input {pair['name']} is there twice")
            if known is None or pair["name"] in known:
                found[pair["name"]] = pair
            elif pair["name"] and not self._call.profile.reads("unknown_workflow_input", "left_out"):
                form.error(f"Input {pair['name']} does not exist")
        missing = [it.name for it in action.inputs if it.is_required and not it.default] if action is not None else []
        if self._refuses("missing_workflow_input"):
            for name in missing:
                if not found.get(name, {}).get("value"):
                    form.error(f"Input {name} can't be blank")
        return list(found.values())

    def _inline(self, form: Form, given: Body, action: Action | None) -> Body:
        found: Body = {"name": "", "value": {"steps": []}}
        part = form.nested(given, found, "Inline steps: ")
        part.text("name", Text(255, min_length=1, clean=str), required=True)
        if action is not None and found["name"] and found["name"] != action.steps_input:
            part.error(f"Input {found['name']} does not exist")
        value = part.object("value", required=True)
        if value is not None:
            inner = part.nested(value, {}, "")
            found["value"] = {"steps": self.read(inner, is_inline=True) or []}
        return found

    def _refuses(self, question: str) -> bool:
        return self._call.profile.reads(question, "refused")


def ids_of(steps: list[Body]) -> set[str]:
    """Also of the steps inside steps."""
    found: set[str] = set()
    for step in steps:
        found.add(step["id"])
        for inline in step["action_configuration"].get("inline_steps_inputs", []):
            found |= ids_of(inline["value"]["steps"])
    return found


def show_step(call: Call, step: Body) -> Body:
    configuration = step["action_configuration"]
    action = ACTIONS.get(configuration["action_id"])
    says = action.says if action is not None else ""
    shown = {
        "action_id": configuration["action_id"],
        "description": says,
        "inputs": _shown_inputs(configuration["inputs"], action),
        "outputs": shown_outputs(),
    }
    inline = configuration.get("inline_steps_inputs", [])
    if inline:
        shown["inline_steps_inputs"] = [
            {"name": it["name"], "value": {"steps": [show_step(call, inner) for inner in it["value"]["steps"]]}}
            for it in inline
        ]
    return {
        "id": step["id"],
        "type": "step",
        "name": step["name"],
        "description": says,
        "action_configuration": shown,
    }


def _shown_inputs(given: list[Body], action: Action | None) -> list[Body]:
    """In an order that is not that of the request, with the defaults of the action, without what it hides."""
    known = {it.name: it for it in action.inputs} if action is not None else {}
    values: dict[str, Any] = {it.name: it.default for it in known.values() if it.default}
    values.update({it["name"]: it["value"] for it in given})
    return [
        {
            "name": name,
            "parameter_type": known[name].type if name in known else "text",
            "value": values[name],
        }
        for name in sorted(values)
        if name not in known or not known[name].is_hidden
    ]
