"""``pagerduty_service_integration``: an integration without its key, which no table names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import ItemType, Parent
from pdsync.terraform.value import block, reference, without_empty

_PLAIN = (
    "id",
    "name",
    "type",
    "integration_email",
    "email_incident_creation",
    "email_filter_mode",
    "email_parsing_fallback",
)
_FILTER = ("subject_mode", "subject_regex", "body_mode", "body_regex", "from_email_mode", "from_email_regex")
_REGEX, _BETWEEN = "regex", "between"


def _service(values: Mapping[str, Any]) -> Parent:
    return "service", str(values.get("service"))


def _integration(values: Mapping[str, Any]) -> dict[str, Any]:
    filters = [without_empty(each, *_FILTER) for each in values.get("email_filter") or ()]
    parsers = [_parser(each) for each in values.get("email_parser") or ()]
    return {
        **without_empty(values, *_PLAIN),
        **({"vendor": reference("vendor")(values["vendor"])} if values.get("vendor") else {}),
        **({"email_filters": filters} if filters else {}),
        # The provider does not read the expression of an extractor back. Parsers are compared as a whole, so they are not named then.
        **({"email_parsers": parsers} if parsers and all(map(_is_whole, parsers)) else {}),
    }


def _parser(parser: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "action": parser.get("action"),
        "match_predicate": _predicate(block(parser.get("match_predicate"))),
        "value_extractors": [_extractor(each) for each in parser.get("value_extractor") or ()],
    }


def _predicate(predicate: Mapping[str, Any]) -> dict[str, Any]:
    inner = [_predicate(each) for each in predicate.get("predicate") or ()]
    return {**without_empty(predicate, "type", "part", "matcher"), **({"children": inner} if inner else {})}


def _extractor(extractor: Mapping[str, Any]) -> dict[str, Any]:
    """An empty delimiter means something where the value is between two, and nothing elsewhere."""
    delimiters = {name: extractor.get(name) or "" for name in ("starts_after", "ends_before")}
    return {
        **without_empty(extractor, "type", "part", "value_name", _REGEX),
        **(delimiters if extractor.get("type") == _BETWEEN else {}),
    }


def _is_whole(parser: Mapping[str, Any]) -> bool:
    return all(each.get("type") != _REGEX or each.get(_REGEX) for each in parser["value_extractors"])


INTEGRATION = ItemType(
    "integrations",
    _service,
    _integration,
    frozenset({*_PLAIN, "service", "vendor", "email_filter", "email_parser"}),
)
