"""Codecs of the steps of a workflow: an ordered list of actions, each with inputs by name.

PagerDuty fills in inputs that a request leaves out and shows them from then on; others it takes and never shows again
(terraform-provider-pagerduty #840, #873). So inputs are open: see `pdsync.model.codec.open`. A text of an input may name secrets; whether
the input is one that PagerDuty keeps to itself is in the catalogue of actions (`pdsync.plan.checks.action`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from unicodedata import normalize

from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import MAPPING, Canonical, Codec, Text
from pdsync.model.codec.referring_text import ReferringText
from pdsync.model.codec.secret import Secret, is_redacted
from pdsync.model.codec.secret_text import SecretReference, as_text, references_in
from pdsync.model.codec.structure import ListOf, MapOf, Object, optional, required
from pdsync.model.pattern import whole
from pdsync.model.scope import Path, RefMap, Scope

INPUTS, INLINE = "inputs", "inline_steps_inputs"
_DOMAIN, _PACKAGE = "pagerduty.com:", "incident-workflows:"
_SECRET = "password"  # noqa: S105 - a type of inputs
"""The type of inputs whose values are secrets."""


@dataclass(frozen=True, slots=True)
class ActionName(Codec):
    """The action of a step: ``domain:package:function:version``. What most actions begin with may be left out, and is."""

    def schema(self) -> dict[str, Any]:
        hint = "Write the function and its version, such as send-status-update:4, or the whole id of the action."
        return {
            "type": "string",
            **whole(r"(?:[A-Za-z0-9._-]+:){1,3}[0-9]+"),
            "x-expected": "the name of an action with its version",
            "errorMessage": hint,
        }

    def canonical(self, value: Any, scope: Scope) -> Canonical:
        return str(value).removeprefix(_DOMAIN).removeprefix(_PACKAGE) if str(value).count(":") == 3 else str(value)

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return self.canonical(whole_action(value), scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return whole_action(value)


def whole_action(name: str) -> str:
    """The id of an action that is written without what most of them begin with."""
    colons = name.count(":")
    return f"{_DOMAIN if colons < 3 else ''}{_PACKAGE if colons < 2 else ''}{name}"


def function_of(name: str) -> str:
    """The id of an action without its version."""
    return whole_action(name).rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class InputText(Secret):
    """The value of an input, which may be a secret. PagerDuty holds text; a manifest may write a number, true or false, or a structure that
    is sent as JSON."""

    literal: bool = True

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["string", "number", "boolean", "array", "object"],
            "x-expected": "text, a number, true or false, or a structure",
            "errorMessage": "A structure is sent as JSON text.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if isinstance(value, str):
            return Secret.desired(self, value, scope, path)
        return as_text(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return as_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))

    def part(self, step: str | int) -> Codec | None:
        """A text inside a structure is a part of the same text, in which a secret would have to be spelled as JSON spells it."""
        return _PART


@dataclass(frozen=True, slots=True)
class PartText(Codec):
    """A text inside an input that is a structure. It names no secret."""

    def part(self, step: str | int) -> Codec | None:
        return self

    def takes_ids(self) -> bool:
        return True


_PART = PartText()


@dataclass(frozen=True, slots=True)
class Step(Object):
    """One step, flat in a manifest. PagerDuty has the action and its inputs in an object of their own, and the inputs as a list."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _without_empty(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _without_empty(Object.live(self, _flat(value), scope)) if isinstance(value, MAPPING) else {}

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        said = Object.to_api(self, value, refs)
        # The list of inputs must be there even if it is empty (terraform-provider-pagerduty #840).
        inputs = [{"name": name, "value": text} for name, text in said.get(INPUTS, {}).items()]
        configuration: dict[str, Any] = {"action_id": said["action"], INPUTS: inputs}
        if INLINE in said:
            configuration[INLINE] = [{"name": name, "value": {"steps": it}} for name, it in said[INLINE].items()]
        return {"name": said["name"], "action_configuration": configuration}


def _without_empty(step: Canonical) -> Canonical:
    return {name: held for name, held in step.items() if held != {}}


def _flat(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An answered step with the members of a manifest. Secrets are left out."""
    configuration = raw.get("action_configuration")
    configuration = configuration if isinstance(configuration, MAPPING) else {}
    inline = {
        name: value.get("steps") or [] for name, value in _by_name(configuration, INLINE) if isinstance(value, MAPPING)
    }
    return {
        "name": raw.get("name") or "",
        "action": configuration.get("action_id") or "",
        INPUTS: dict(_by_name(configuration, INPUTS)),
        INLINE: inline,
    }


def _by_name(configuration: Mapping[str, Any], member: str) -> Iterator[tuple[str, Any]]:
    for held in configuration.get(member) or ():
        if isinstance(held, MAPPING) and held.get("value") is not None and held.get("parameter_type") != _SECRET:
            yield str(held.get("name")), held["value"]


@dataclass(frozen=True, slots=True)
class Steps(ListOf, Open):
    """Steps in order, known by their names. Their inputs are open."""

    SEALED: ClassVar[bool] = True

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return {part_path(path): _meant(text) for path, text in _walk(value or (), ())}

    def frame(self, value: Canonical) -> Canonical:
        return [
            [
                step.get("name"),
                step.get("action"),
                {name: self.frame(inner) for name, inner in step.get(INLINE, {}).items()},
            ]
            for step in value or ()
        ]

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        return _meet(desired or (), live or (), lambda path: is_applied(part_path(path)), ())

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return _narrowed(live or (), desired or ())

    def references(self, value: Canonical) -> Sequence[SecretReference]:
        texts = (text for _, text in _walk(value or (), ()) if "${" in text)
        return list(dict.fromkeys(it for text in texts for it in references_in(text)))

    def shown_path(self, path: str) -> str:
        step, *rest = json.loads(path)
        text = f"[{step}]"
        while len(rest) > 1:
            text += f".{INLINE}.{rest[0]}[{rest[1]}]"
            rest = rest[2:]
        return f"{text}.{INPUTS}.{rest[0]}"


_Path = tuple[str, ...]
_Steps = Sequence[Mapping[str, Canonical]]


def _walk(steps: _Steps, path: _Path) -> Iterator[tuple[_Path, str]]:
    """Every input of the steps and of those inside them, by step and name."""
    for step, key in zip(steps, _keys(steps), strict=True):
        for name, text in step.get(INPUTS, {}).items():
            yield (*path, key, name), text
        for name, inner in step.get(INLINE, {}).items():
            yield from _walk(inner, (*path, key, name))


def _numbered(steps: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The names of steps, each with how many times it has been there by then: names may repeat in PagerDuty."""
    counts: dict[str, int] = defaultdict(int)
    found = []
    for step in steps:
        name = str(step.get("name"))
        counts[name] += 1
        found.append((name, counts[name]))
    return found


def _keys(steps: _Steps) -> list[str]:
    """The names of steps as paths have them; a second one of a name gets a number."""
    return [name if number == 1 else f"{name} #{number}" for name, number in _numbered(steps)]


def _match(steps: _Steps, others: _Steps, function: Callable[[Mapping[str, Any]], str]) -> list[int | None]:
    """For each step the position of the same one among the others. A step is known by its name, and one that was renamed by its
    action: it is the next one of that action which has no step yet."""
    left = {key: at for at, key in enumerate(_numbered(others))}
    found = [left.pop(key, None) for key in _numbered(steps)]
    for at, step in enumerate(steps):
        if found[at] is None:
            key = next((key for key, other in left.items() if function(others[other]) == function(step)), None)
            found[at] = left.pop(key) if key is not None else None
    return found


def _function_of_step(step: Mapping[str, Any]) -> str:
    return function_of(str(step.get("action")))


def _meant(text: str) -> str:
    """A form of a text that all texts have which mean the same to the server: it trims, and may lay out JSON in another way."""
    text = normalize("NFC", text.replace("\r\n", "\n")).strip()
    if text[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
        except (ValueError, RecursionError):
            return text
    return text


def _unless_same(shown: str, text: str) -> str:
    """What is shown, or the text as it is written where both mean the same."""
    return text if _meant(shown) == _meant(text) else shown


def _meet(
    desired: _Steps, live: _Steps, is_applied: Callable[[_Path], bool], path: _Path
) -> tuple[list[Canonical], list[Canonical]]:
    held = list(live)
    wanted: list[Canonical] = []
    places = _match(desired, live, _function_of_step)
    for step, key, at in zip(desired, _keys(desired), places, strict=True):
        if at is not None and _function_of_step(live[at]) == _function_of_step(step):
            step, held[at] = _meet_step(step, live[at], is_applied, (*path, key))
        wanted.append(step)
    return wanted, held


def _meet_step(
    step: Mapping[str, Canonical], now: Mapping[str, Canonical], is_applied: Callable[[_Path], bool], path: _Path
) -> tuple[Canonical, Canonical]:
    inputs, shown = dict(step.get(INPUTS, {})), dict(now.get(INPUTS, {}))
    for name, text in step.get(INPUTS, {}).items():
        if name not in shown:
            if is_applied((*path, name)):
                shown[name] = text
        elif _meant(text) == _meant(shown[name]):
            inputs[name] = shown[name]
    inline, there = dict(step.get(INLINE, {})), dict(now.get(INLINE, {}))
    for name in inline.keys() & there.keys():
        inline[name], there[name] = _meet(inline[name], there[name], is_applied, (*path, name))
    wanted = {**step, INPUTS: {**shown, **inputs}, INLINE: {**there, **inline}}
    return _without_empty(wanted), _without_empty({**now, INPUTS: shown, INLINE: there})


def _narrowed(live: _Steps, desired: _Steps) -> list[Canonical]:
    found: list[Canonical] = []
    for step, at in zip(live, _match(live, desired, _function_of_step), strict=True):
        said = desired[at] if at is not None else None
        if said is None or _function_of_step(said) != _function_of_step(step):
            found.append(step)
            continue
        inputs, shown = said.get(INPUTS, {}), step.get(INPUTS, {})
        inline, there = said.get(INLINE, {}), step.get(INLINE, {})
        kept = {name: _unless_same(shown.get(name, text), text) for name, text in inputs.items()}
        inner = {name: _narrowed(there[name], steps) for name, steps in inline.items() if name in there}
        found.append(_without_empty({**step, INPUTS: kept, INLINE: inner}))
    return found


def find_unshown(
    steps: _Steps, live: _Steps, hidden: Callable[[str], Collection[str]], path: _Path = ()
) -> Iterator[tuple[_Path, str]]:
    """Inputs that `hidden` gives for an action, of steps that the server has, and that neither side names: the path of the live one,
    and the path as a reader is shown it. To write the steps loses what the server may hold there."""
    keys = _keys(live)
    for step, at in zip(steps, _match(steps, live, _function_of_step), strict=True):
        if at is None or _function_of_step(live[at]) != _function_of_step(step):
            continue
        now, here = live[at], (*path, keys[at])
        named = {**now.get(INPUTS, {}), **step.get(INPUTS, {})}
        shown = f"[{step.get('name')}]"
        for name in hidden(str(step.get("action"))):
            if name not in named:
                yield (*here, name), f"{shown}.{INPUTS}.{name}"
        for name, inner in step.get(INLINE, {}).items():
            there = now.get(INLINE, {}).get(name, ())
            for found, below in find_unshown(inner, there, hidden, (*here, name)):
                yield found, f"{shown}.{INLINE}.{name}{below}"


def find_shown_secrets(raw: Sequence[Mapping[str, Any]], path: _Path = ()) -> Iterator[_Path]:
    """The paths of secret inputs that PagerDuty answers with their values: a write sends those back."""
    for step, (name, number) in zip(raw, _numbered(raw), strict=True):
        here = (*path, name if number == 1 else f"{name} #{number}")
        held = step.get("action_configuration") or {}
        for it in held.get(INPUTS) or ():
            if it.get("parameter_type") == _SECRET and not is_redacted(it.get("value")):
                yield (*here, str(it.get("name")))
        for it in held.get(INLINE) or ():
            yield from find_shown_secrets((it.get("value") or {}).get("steps") or (), (*here, str(it.get("name"))))


def part_path(path: _Path) -> str:
    """The path of an input as `Steps.parts` has it."""
    return json.dumps(path, ensure_ascii=False)


def keep_identities(steps: Sequence[dict[str, Any]], raw: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Steps of a request with the ids of the live ones, and with the inputs of those that no manifest can say."""
    places = _match(steps, raw, _function)
    return [_with_identity(step, raw[at]) if at is not None else step for step, at in zip(steps, places, strict=True)]


def _function(step: Mapping[str, Any]) -> str:
    return function_of(str((step.get("action_configuration") or {}).get("action_id")))


def _with_identity(step: dict[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    configuration = dict(step["action_configuration"])
    if _function(step) == _function(live):
        held = live.get("action_configuration") or {}
        named = {it["name"] for it in configuration[INPUTS]}
        secret = [
            {"name": it["name"], "value": it["value"]}
            for it in held.get(INPUTS) or ()
            if it.get("parameter_type") == _SECRET and not is_redacted(it.get("value")) and it["name"] not in named
        ]
        configuration[INPUTS] = [*configuration[INPUTS], *secret]
        inner = {it.get("name"): (it.get("value") or {}).get("steps") or [] for it in held.get(INLINE) or ()}
        if INLINE in configuration:
            configuration[INLINE] = [
                {**it, "value": {"steps": keep_identities(it["value"]["steps"], inner.get(it["name"], []))}}
                for it in configuration[INLINE]
            ]
    return {"id": live["id"], **step, "action_configuration": configuration}


_NAME = Text(max_length=255, min_length=1)
_ACTION = "The action and its version: send-status-update:4 is pagerduty.com:incident-workflows:send-status-update:4."
_TEXTS = MapOf(ReferringText(InputText()))
INLINE_STEP = Step.of(
    name=required(_NAME, "The name of the step, unique in this list."),
    action=required(ActionName(), _ACTION),
    inputs=optional(_TEXTS, "The inputs by name. Inputs that are not named stay as they are."),
)
STEPS = Steps(
    Step.of(
        name=required(_NAME, "The name of the step, unique in this workflow."),
        action=required(ActionName(), _ACTION),
        inputs=optional(_TEXTS, "The inputs by name. Inputs that are not named stay as they are."),
        inline_steps_inputs=optional(
            MapOf(ListOf(INLINE_STEP, key="name", noun="step")),
            "Inputs that hold steps of their own, such as those of a loop, by name.",
        ),
    ),
    key="name",
    noun="step",
)
