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

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "openapi" / "rest-v2.json"
PATH = Path(os.environ.get("PDSYNC_API_DESCRIPTION") or _BESIDE)
needs_description = pytest.mark.skipif(
    not PATH.exists(), reason="PagerDuty's API description is not at hand (PDSYNC_API_DESCRIPTION)"
)
METHODS = ("get", "post", "put", "delete")

# Where, and what is answered there. Unset values are null in real answers though few are declared nullable.
_DEVIATIONS: list[tuple[str, Any]] = [
    (r".*/job_title", None),
    (r".*/description", None),
    (r".*/(schedule_layers/\d+/)?end", None),
    (r".*/rendered_coverage_percentage", None),
    # One reading of an open question: a deleted user in a layer that has ended.
    (r".*/schedule_layers/\d+/users/\d+/user", None),
    (r".*/last_incident_timestamp", None),
    (r".*/(auto_resolve|acknowledgement|alert_grouping)_timeout", None),
    (r".*/alert_grouping", None),
    (r".*/support_hours", None),
    (r".*/(during|outside)_support_hours", None),
    (r".*/alert_grouping_parameters/config", None),
    (r".*/alert_grouping_parameters", {"type": None, "config": None}),
    (r".*/auto_pause_notifications_parameters/(recommended_)?timeout", None),
    (r".*/vendor", None),
    (r".*/email_filters/\d+/\w+_regex", None),
    # The description says in words that these are null until there is something to say.
    (r".*/(incident_key|resolved_at|resolve_reason|priority|conference_bridge|body)", None),
    (r".*/(alert_grouping|body/details|point_of_contact)", None),
    # Its kinds of channels are told apart by nothing but prose, so that one fits several.
    (r".*/channel", ...),
    # LogEntry and its references say acknowledge_log_entry, AcknowledgeLogEntry says acknowledgement_log_entry.
    (r".*/type", "acknowledge_log_entry"),
    # Clients of the real log name it; the description has no type for responder requests.
    (r".*/type", "responder_request_log_entry"),
    # In words: null for a device, and null for a total that was not asked for.
    (r"/notifications/\d+/address", None),
    (r"/total", None),
    # Null in the examples, a string in the schema.
    (r".*/licenses?(/\d+)?/(self|html_url)", None),
    (r".*/license_allocations/\d+/license/(self|html_url)", None),
    # In words: permanent on-calls have no schedule.
    (r"/oncalls/\d+/(schedule|start|end)", None),
    # Two of its forms of grouping are told apart by nothing.
    (r".*/alert_grouping_parameters", ...),
    (r".*/body/details", ...),
    # Only a predicate with children has children, and only one without has a part; the schema wants both of all.
    (r".*/match_predicate(/children/\d+)*", ...),
    # The page of the Terraform provider has a kind of contact method that the description has not.
    (r"/contact_methods?(/\d+)?/type", "whatsapp_contact_method"),
    # An override that is refused is answered as it was sent.
    (r"/\d+/override(/.*)?", ...),
    # One override in the older form is answered in the older form (prose of POST /schedules/{id}/overrides).
    (r"", lambda answer: set(answer) == {"override"}),
    # One reading of an open question: a business service that was deleted.
    (r"", []),
    # Without a team the Terraform provider reads an id that is null; so it does for a subscription to the account.
    (r"/orchestrations?(/\d+)?/team(/id)?", None),
    (r"/webhook_subscriptions?(/\d+)?/filter/id", None),
    # Nullable, but null is not among its options.
    (r"/actions?(/\d+)?/action_classification", None),
    # There is no mean, and no percentile, of nothing; in words: null for incidents with one engaged user or none.
    (r"/data/\d+/(mean|p\d\d)_\w+", None),
    (r"/(data/\d+/)?seconds_to_(engage|first_ack|mobilize|resolve)", None),
    # What an incident that is open does not have yet, what was deleted, and an empty page.
    (r"/(data/\d+/)?resolved_(at|by_user_id|by_user_name)", None),
    (r"/(data/\d+/)?(\w+_name|team_id)", None),
    (r"/(first|last)", None),
    # An id that the schema takes for a number and the example for a text.
    (r"/data/\d+/responder_id", lambda id: isinstance(id, str)),
    # The example of GET /vendors/{id} has one object, its schema a list.
    (r".*/vendor$", ...),
]
# Where the description's schema is wrong: programs that run against PagerDuty every day send, or read, something else.
_STRATEGY = (
    # A string in the schema; an object in its examples, in an answer that heimweh/go-pagerduty #133 quotes, and for the
    # decoder of the Terraform provider, which takes nothing else.
    r".*/escalation_rules/\d+/escalation_rule_assignment_strategy",
    lambda value: isinstance(value, dict) and set(value) == {"type"},
)
# "children" is wanted of every predicate in the schema; a condition has none in what the provider sends and reads.
_PREDICATE = (r".*/match_predicate(/children/\d+)*", lambda value: isinstance(value, dict) and "matcher" in value)
# An object in the schema; the libraries pagerduty and pdpyras read a text and know the token's kind by it.
_ACCOUNT_KEY = (r"/error", lambda error: isinstance(error, str) and "account-level access token" in error)
_DEVIATIONS += [_STRATEGY, _ACCOUNT_KEY]
# What clears a field is null, of which the schemas say nothing and the prose something (end of a layer, both timeouts); the
# Terraform provider sends it too.
_REQUEST_DEVIATIONS: list[tuple[str, Any]] = [
    (r"/schedule/schedule_layers/\d+/end", None),
    (r"/\w+/(description|job_title|time_zone)", None),
    (r"/service/(auto_resolve|acknowledgement)_timeout", None),
    (r"/service/support_hours", None),
    (r"/service/alert_grouping_parameters", ...),  # two of its forms are told apart by nothing, as in answers
    # The server fills it in (facts of the Terraform provider).
    (r"/contact_method", lambda body: "country_code" not in body),
    # The guides of PagerDuty's client packages leave the type out, and so do edits by hand in tests.
    (r"/\w+", lambda body: isinstance(body, dict) and "type" not in body),
    # Edits by hand in tests send the one field that they are about.
    (r"/service", lambda body: "escalation_policy" not in body),
    (r"/team/parent", None),
    _STRATEGY,
    _PREDICATE,
]
# A slip of the description: GET answers with 200.
_STATUS_SLIPS = {("get", "/schedules/{id}/overrides", 200): 201}

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
        where = f"{_pointer(path)}/{method}/responses"
        status = _STATUS_SLIPS.get((method, path, status), status)
        return self._problems(f"{where}/{status}", body, _DEVIATIONS)

    def request_problems(self, method: str, path: str, body: Any) -> list[str]:
        return self._problems(f"{_pointer(path)}/{method}/requestBody", body, _REQUEST_DEVIATIONS)

    def parameters(self, method: str, path: str) -> set[str]:
        """Names of the query parameters."""
        item = self.document["paths"][path]
        given = [*item.get("parameters", []), *item[method].get("parameters", [])]
        found = [self._resolve(it) for it in given]
        return {it["name"] for it in found if it["in"] == "query"}

    def has_answer(self, method: str, path: str, status: int) -> bool:
        item = self.document["paths"][path].get(method, {})
        return str(_STATUS_SLIPS.get((method, path, status), status)) in item.get("responses", {})

    def _problems(self, pointer: str, body: Any, known: list[tuple[str, Any]]) -> list[str]:
        if pointer not in self._validators:
            self._validators[pointer] = self._validator(pointer)
        validator = self._validators[pointer]
        if validator is None:
            return []
        return [
            f"{place}: {error.message[:200]}"
            for error in _leaves(validator.iter_errors(body))
            if not _is_known(place := "".join(f"/{step}" for step in error.absolute_path), error, known)
        ]

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


def _is_known(place: str, error: Any, known: list[tuple[str, Any]]) -> bool:
    if place.endswith("/type") and error.validator == "enum" and f"{error.instance}_reference" in error.validator_value:
        # include[] puts the whole object where the schema has only its reference, and rules name their contact method by its
        # plain type (the Terraform provider compares it with that).
        return True
    return any(re.fullmatch(pattern, place) and _fits(value, error.instance) for pattern, value in known)


def _fits(known: Any, instance: Any) -> bool:
    return bool(known(instance)) if callable(known) else known is ... or known == instance


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
