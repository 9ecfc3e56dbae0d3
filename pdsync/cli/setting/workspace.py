"""Workspaces of one pdsync.yaml, and the variables that differ between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pdsync.cli.error import UsageError
from pdsync.manifest.variable import VARIABLE_NAME, Variables
from pdsync.manifest.yaml_text import Document
from pdsync.model import Source
from pdsync.model.codec.plain import Canonical, Choice, Codec, Text, Token
from pdsync.model.codec.structure import Object, Part, optional, required
from pdsync.model.explanation import type_name
from pdsync.model.marker import WORKSPACE_PATTERN
from pdsync.model.scope import Path, Scope
from pdsync.model.suggestion import did_you_mean
from pdsync.model.validator import names_of_unreadable

_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "text"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
}


@dataclass(frozen=True, slots=True)
class Scalar(Codec):
    """A text, a number, true or false, as it is written."""

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "x-expected": "text, a number, true or false"}


@dataclass(frozen=True, slots=True)
class Named(Codec):
    """A mapping whose names are free, within a pattern."""

    item: Codec
    name: Token

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "propertyNames": self.name.schema(), "additionalProperties": self.item.schema()}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        read = {}
        for name, inner in value.items():
            place = (*path, name)
            if place not in scope.unreadable:
                read[name] = self.item.desired(inner, scope, place)
        return read


WORKSPACE_NAME = Token(
    WORKSPACE_PATTERN, "a workspace name", "Lower-case letters, digits, '.', '_' and '-', at most 40."
)
_VARIABLE_NAME = Token(
    VARIABLE_NAME,
    "a variable name",
    "Lower-case letters, digits and '_', beginning with a letter, at most 60.",
)
_VARIABLE = Object.of(
    "key",
    type=required(Choice(tuple(_TYPES)), "text, number or boolean."),
    default=optional(Scalar()),
    description=optional(Text()),
)
VARIABLES = Named(_VARIABLE, _VARIABLE_NAME)


def workspaces_of(parts: tuple[Part, ...]) -> Named:
    """The codec of `workspaces`: each may say for itself what the parts say for all, and give values to variables."""
    values = Part("variables", Named(Scalar(), _VARIABLE_NAME))
    return Named(Object((*parts, values), noun="key"), WORKSPACE_NAME)


def choose_workspace(values: Mapping[str, Any], given: str | None, file: FilePath) -> tuple[str, Mapping[str, Any]]:
    """The name of the workspace and its own part of the configuration. Raises UsageError.

    Without `workspaces` the file has one, which can be named but not renamed: ownership of every object hangs on it.
    """
    overlays: Mapping[str, Any] = values.get("workspaces", {})
    if not overlays:
        only = values.get("workspace", "default")
        if given is not None and given != only:
            hint = "Leave --workspace out, or declare several under 'workspaces'."
            raise UsageError(f"--workspace {given}: {file} has only the workspace {only!r}", hint)
        return only, {}
    names = ", ".join(overlays)
    if given is None:
        raise UsageError(f"{file} has several workspaces", f"Choose one with --workspace: {names}.")
    if given not in overlays:
        hint = did_you_mean(given, sorted(overlays)) or f"There are: {names}."
        raise UsageError(f"--workspace {given}: {file} does not have this workspace", hint)
    return given, overlays[given]


def merge(values: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with what the workspace overrides. `prune` and `rules` are merged key by key; all else is replaced."""
    merged = {**values, **overlay}
    for name in overlay.keys() & {"prune", "rules"}:
        merged[name] = {**values.get(name, {}), **overlay[name]}
    for name, other in (("api_url", "region"), ("region", "api_url")):
        if name in overlay and other not in overlay:
            merged.pop(other, None)  # each says which API is talked to
    return merged


def check_variables(values: Mapping[str, Any], scope: Scope) -> None:
    """Reports defaults and values of another type than declared, and values of variables that are not declared.

    Values that cannot be read are skipped.
    """
    declared = values.get("variables", {})
    unreadable = names_of_unreadable(scope, ("variables",))
    readable = {name: variable for name, variable in declared.items() if name not in unreadable}
    for name, variable in readable.items():
        if "default" in variable:
            _check_type(variable.get("type"), variable["default"], scope, ("variables", name, "default"))
        elif not values.get("workspaces"):
            hint = "Without 'workspaces' the default is its only value."
            scope.problem(("variables", name), f"the variable {name!r} has no default", hint, on_key=True)
    for workspace, overlay in values.get("workspaces", {}).items():
        place: Path = ("workspaces", workspace, "variables")
        given = overlay.get("variables", {})
        for name, value in given.items():
            if name not in declared:
                hint = did_you_mean(name, sorted(declared)) or "Declare it under 'variables', with its type."
                scope.problem((*place, name), f"the variable {name!r} is not declared", hint, on_key=True)
            else:
                _check_type(declared[name].get("type"), value, scope, (*place, name))
        for name in sorted(readable.keys() - given.keys() - names_of_unreadable(scope, place)):
            if "default" not in readable[name]:
                hint = "Give it one under 'variables' of the workspace, or declare a default."
                scope.problem(place[:2], f"the variable {name!r} has no value", hint, on_key=True)


def _check_type(wanted: Any, value: Any, scope: Scope, path: Path) -> None:
    if wanted is None:
        return  # the type is missing or wrong
    types, says = _TYPES[wanted]
    if not isinstance(value, types) or (isinstance(value, bool) and wanted != "boolean"):
        hint = f'Quote it: "{value}".' if wanted == "text" else ""
        scope.problem(path, f"expected {says}, got {type_name(value)}", hint)


def variables_of(values: Mapping[str, Any], overlay: Mapping[str, Any], document: Document) -> Variables:
    """The variables of a workspace, of a configuration that was found right."""
    declared: Mapping[str, Any] = values.get("variables", {})
    own = overlay.get("variables", {})
    found = {name: own.get(name, variable.get("default")) for name, variable in declared.items()}
    places = {
        name: Source(document.places.file, *document.places.locate(("variables", name), on_key=True))
        for name in declared
        # A variable that only the manifests of one workspace use is not a mistake in another.
        if not any("paths" in other for other in values.get("workspaces", {}).values())
    }
    return Variables(found, places)
