"""PagerDuty's API description, where it is at hand, as the judge of requests and answers.

It is looked for where ``PDSYNC_API_DESCRIPTION`` says, or else beside the project.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.support.described_exceptions import OF_ANSWERS, OF_REQUESTS
from tests.support.description_exception import DescriptionException, Witness

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "openapi" / "rest-v2.json"
PATH = Path(os.environ.get("PDSYNC_API_DESCRIPTION") or _BESIDE)
needs_description = pytest.mark.skipif(
    not PATH.exists(), reason="PagerDuty's API description is not at hand (PDSYNC_API_DESCRIPTION)"
)
METHODS = ("get", "post", "put", "delete")

# Slips of the description: GET answers with 200.
_STATUS_SLIPS: dict[tuple[str, str, int | None], int] = {
    ("get", "/schedules/{id}/overrides", 200): 201,
    ("get", "/incident_workflows/{id}", 200): 201,
}

_ENTITIES = ("users", "teams", "escalation_policies")


class ApiDescription:
    """``path`` is always one of the description's own, such as ``/users/{id}``."""

    def __init__(self, document: Any) -> None:
        _allow_null(document)
        self.document = document
        self._registry: Registry[Any] = Registry().with_resource("urn:api", Resource(document, DRAFT202012))
        self._validators: dict[str, Draft202012Validator | None] = {}

    @cached_property
    def _by_shape(self) -> dict[str, str]:
        found = {_shape(path): path for path in self.document["paths"]}
        for path in self.document["paths"]:
            if path.startswith("/{entity_type}"):  # one path for three kinds of things
                found |= {_shape(path.replace("{entity_type}", entity)): path for entity in _ENTITIES}
        return found

    def path_of(self, rule: str) -> str | None:
        """The path that a route of the sandbox imitates; None when the description does not have it."""
        for shape in (_shape(rule), re.sub(rf"^/tags/{{}}/({'|'.join(_ENTITIES)})$", "/tags/{}/{}", _shape(rule))):
            if shape in self._by_shape:
                return self._by_shape[shape]
        return None

    def answer_problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; nothing where the description says nothing."""
        return self._problems(self._flaws(method, path, status, body), OF_ANSWERS)

    def request_problems(self, method: str, path: str, body: Any) -> list[str]:
        return self._problems(self._flaws(method, path, None, body), OF_REQUESTS)

    def let_through(self, exception: DescriptionException, witness: Witness) -> set[str]:
        """Places of the witness that the description refuses and the exception lets through."""
        flaws = self._flaws(witness.method, witness.path, witness.status, witness.body)
        return {place for place, error in flaws if _lets_through(exception, place, error)}

    def parameters(self, method: str, path: str) -> set[str]:
        """Names of the query parameters."""
        item = self.document["paths"][path]
        given = [*item.get("parameters", []), *item[method].get("parameters", [])]
        found = [self._resolve(it) for it in given]
        return {it["name"] for it in found if it["in"] == "query"}

    def has_answer(self, method: str, path: str, status: int) -> bool:
        item = self.document["paths"][path].get(method, {})
        return str(_STATUS_SLIPS.get((method, path, status), status)) in item.get("responses", {})

    def _flaws(self, method: str, path: str, status: int | None, body: Any) -> list[tuple[str, Any]]:
        """Places and errors of an answer, or of a request where there is no status."""
        status = _STATUS_SLIPS.get((method, path, status), status)
        part = "requestBody" if status is None else f"responses/{status}"
        pointer = f"{_pointer(path)}/{method}/{part}"
        if pointer not in self._validators:
            self._validators[pointer] = self._validator(pointer)
        validator = self._validators[pointer]
        if validator is None:
            return []
        errors = _leaves(validator.iter_errors(body))
        return [("".join(f"/{step}" for step in error.absolute_path), error) for error in errors]

    def _problems(self, flaws: list[tuple[str, Any]], known: list[DescriptionException]) -> list[str]:
        return [f"{place}: {error.message[:200]}" for place, error in flaws if not _is_known(place, error, known)]

    def _validator(self, pointer: str) -> Draft202012Validator | None:
        try:
            here = _follow(self.document, pointer)
            if "$ref" in here:
                pointer = here["$ref"].removeprefix("#")
                here = self._resolve(here)
            if "schema" not in here["content"]["application/json"]:
                return None
        except KeyError:
            return None
        where = f"urn:api#{pointer}/content/application~1json/schema"
        return Draft202012Validator({"$ref": where.replace("{", "%7B").replace("}", "%7D")}, registry=self._registry)

    def _resolve(self, node: Any) -> Any:
        return _follow(self.document, node["$ref"].removeprefix("#")) if "$ref" in node else node


@cache
def load_description() -> ApiDescription | None:
    return ApiDescription(json.loads(PATH.read_text(encoding="utf-8"))) if PATH.exists() else None


def _pointer(path: str) -> str:
    return "/paths/" + path.replace("~", "~0").replace("/", "~1")


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path)


def _follow(document: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _allow_null(node: Any) -> None:
    """OpenAPI 3.0 says nullable where JSON Schema has a type of null."""
    if isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        if not isinstance(node.get("required", []), list):
            del node["required"]
        for value in node.values():
            _allow_null(value)
    elif isinstance(node, list):
        for value in node:
            _allow_null(value)


def _is_known(place: str, error: Any, known: list[DescriptionException]) -> bool:
    if place.endswith("/type") and error.validator == "enum" and f"{error.instance}_reference" in error.validator_value:
        # include[] puts the whole object where the schema has only its reference, and rules name their contact method by its
        # plain type (the Terraform provider compares it with that).
        return True
    return any(_lets_through(exception, place, error) for exception in known)


def _lets_through(exception: DescriptionException, place: str, error: Any) -> bool:
    return re.fullmatch(exception.where, place) is not None and exception.allows(error.instance)


def _leaves(errors: Any) -> Iterator[Any]:
    """Errors at the values themselves: of the branches of a choice, those of the one that fits best."""
    for error in errors:
        if error.context:
            branches: dict[Any, list[Any]] = {}
            for inner in error.context:
                branches.setdefault(inner.schema_path[0], []).append(inner)
            yield from _leaves(min(branches.values(), key=len))
        else:
            yield error
