"""Email that becomes incidents: filters and parsers of an integration with an address, and what PagerDuty refuses there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, Choice, Text, Verbatim
from pdsync.model.codec.structure import ListOf, Object, Variants, optional, required
from pdsync.model.scope import Path, Scope

EMAIL_TYPE = "generic_email_inbound_integration"
_MODE = Choice(("always", "match", "no-match"))
_PART = Choice(("body", "subject", "from_addresses"))
_REGEX = Text(min_length=1, exact=True)
_BETWEEN = "between"
_DELIMITER = Verbatim()  # a space or a line break can be one
_ENDS = ("ends_before", "ends_with")
_LEAF = Object.of(matcher=required(_REGEX), part=required(_PART))


def _predicate(depth: int) -> Variants:
    """A match predicate of an email parser: a condition, or so many levels of them."""
    leaf = (("contains", "exactly", "regex"), _LEAF)
    if depth == 0:
        return Variants("type", (leaf,))
    inner = ListOf(_predicate(depth - 1), min_items=1, noun="condition")
    return Variants("type", (leaf, (("all", "any", "not"), Object.of(children=required(inner)))))


@dataclass(frozen=True, slots=True)
class Extractor(Object):
    """A value taken out of an email.

    An empty delimiter is the beginning or the end of the part, and PagerDuty refuses ``between`` where one is missing
    (terraform-provider-pagerduty #651). Extractors of the other types have none, though the provider sends empty ones.
    ``ends_with`` is read as ``ends_before``: no client sends it, and PagerDuty refuses ``between`` that has it alone.
    """

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        extractor = Object.desired(self, value, scope, path)
        if len({extractor[name] for name in _ENDS if name in extractor}) > 1:
            scope.problem(path, "ends_before and ends_with are two names for one field", "Write ends_before alone.")
        return _with_delimiters(extractor)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _with_delimiters(Object.live(self, value, scope))


def _with_delimiters(extractor: dict[str, Canonical]) -> dict[str, Canonical]:
    end = next((extractor[name] for name in _ENDS if name in extractor), "")
    extractor = {name: value for name, value in extractor.items() if name not in _ENDS}
    delimiters = {"starts_after": extractor.pop("starts_after", ""), "ends_before": end}
    if extractor.get("type") != _BETWEEN:
        delimiters = {name: value for name, value in delimiters.items() if value != ""}
    return extractor | delimiters


_EXTRACTOR = Extractor.of(
    type=required(Choice(("entire", "regex", _BETWEEN))),
    part=required(_PART),
    value_name=required(_REGEX),
    regex=optional(_REGEX),
    starts_after=optional(_DELIMITER, "The text before the value (between). Empty or left out: from the beginning."),
    ends_before=optional(_DELIMITER, "The text after the value (between). Empty or left out: to the end."),
    ends_with=optional(_DELIMITER, "Another name for ends_before, from PagerDuty's API description."),
)
EMAIL_PARSER = Object.of(
    action=required(Choice(("trigger", "resolve")), "What a matching email does."),
    match_predicate=required(_predicate(8), "Which emails match."),
    value_extractors=optional(
        ListOf(_EXTRACTOR), "Values extracted from the email; exactly one is named incident_key."
    ),
)
EMAIL_FILTER = Object.of(
    subject_mode=required(_MODE),
    subject_regex=optional(_REGEX),
    body_mode=required(_MODE),
    body_regex=optional(_REGEX),
    from_email_mode=required(_MODE),
    from_email_regex=optional(_REGEX),
)
EMAIL_DOMAIN = ".pagerduty.com"
"""What every address of an email integration ends in, after ``@`` and the account."""


def check_inbound_email(item: Mapping[str, Any], scope: Scope, here: Path) -> None:
    """What PagerDuty refuses in an email integration, as far as it can be known without an account."""
    email = item.get("integration_email")
    if email is None and item.get("type") == EMAIL_TYPE:
        hint = f"Write integration_email: NAME@ACCOUNT{EMAIL_DOMAIN}."
        scope.problem(here, "an email integration needs an integration_email", hint)
    elif isinstance(email, str) and not email.strip().casefold().endswith(EMAIL_DOMAIN):
        says = f"{email!r} is not a PagerDuty address: those end in {EMAIL_DOMAIN}"
        scope.problem((*here, "integration_email"), says, f"Write NAME@ACCOUNT{EMAIL_DOMAIN}.")
    for number, one in enumerate(item.get("email_filters", ())):
        for part in ("subject", "body", "from_email"):
            if one.get(f"{part}_mode", "always") != "always" and f"{part}_regex" not in one:
                says = f"{part}_mode {one[f'{part}_mode']!r} needs {part}_regex"
                scope.problem((*here, "email_filters", number), says, f"Write {part}_regex, or the mode always.")
    for number, parser in enumerate(item.get("email_parsers", ())):
        names = [it.get("value_name") for it in parser.get("value_extractors", ())]
        if names and names.count("incident_key") != 1:
            says = "exactly one value extractor has the value_name incident_key"
            scope.problem(
                (*here, "email_parsers", number, "value_extractors"),
                says,
                "It decides which emails belong to the same incident.",
            )
