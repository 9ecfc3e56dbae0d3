"""Email setting: which emails an email integration accepts, and what it does with them."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.store.record import Body

EMAIL_TYPE = "generic_email_inbound_integration"
_PARTS = ("body", "subject", "from_addresses")
_DELIMITERS = ("starts_after", "ends_with", "ends_before")
_MAX_DEPTH = 8  # of match predicates; a limit of the sandbox's own


def check_email_settings(call: Call, form: Form) -> None:
    """Reads the fields that only an email integration has (PagerDuty API description, Integration)."""
    draft = form.draft
    draft.setdefault("email_incident_creation", "on_new_email_subject")
    draft.setdefault("email_filter_mode", "all-email")
    form.choice(
        "email_incident_creation",
        ("on_new_email", "on_new_email_subject", "only_if_no_open_incidents", "use_rules"),
        null="on_new_email_subject",
    )
    form.choice("email_filter_mode", ("all-email", "or-rules-email", "and-rules-email"), null="all-email")
    if "email_filters" not in draft:
        # One filter that takes everything comes back even if none was sent
        # (terraform-provider-pagerduty, customizeServiceIntegrationDiff).
        draft["email_filters"] = [{"id": call.store.new_id(), **_filter(form, {}, "")}]
    filters = form.objects("email_filters", null=draft["email_filters"])
    if filters is not None:
        if not filters:
            form.error("Email filters can't be blank")
        draft["email_filters"] = [
            {"id": call.store.new_id(), **_filter(form, it, f"Email filter {number}: ")}
            for number, it in enumerate(filters, 1)
        ]
    parsers = form.objects("email_parsers", null=[])
    if parsers is not None:
        draft["email_parsers"] = [
            _parser(call, form, it, f"Email parser {number}: ") for number, it in enumerate(parsers, 1)
        ]
    form.choice("email_parsing_fallback", ("open_new_incident", "discard"), null="open_new_incident")


def _filter(form: Form, body: Body, prefix: str) -> Body:
    draft: Body = {}
    part = form.nested(body, draft, prefix)
    for field in ("subject", "body", "from_email"):
        mode, regex = f"{field}_mode", f"{field}_regex"
        draft |= {mode: "always", regex: None}
        part.choice(mode, ("match", "no-match", "always"))
        part.text(regex, Text(1024, clean=str), null=None)
        if draft[mode] != "always" and not draft[regex]:
            part.error(f"{regex} can't be blank when {mode} is {draft[mode]}")
    return draft


def _parser(call: Call, form: Form, body: Body, prefix: str) -> Body:
    draft: Body = {}
    part = form.nested(body, draft, prefix)
    part.choice("action", ("trigger", "resolve"), required=True)
    predicate = part.object("match_predicate", required=True)
    if predicate is not None:
        draft["match_predicate"] = _predicate(part, predicate, 1)
    extractors = part.objects("value_extractors", null=[])
    if extractors is not None:
        draft["value_extractors"] = [_extractor(call, part, it) for it in extractors]
        if extractors and sum(it.get("value_name") == "incident_key" for it in extractors) != 1:
            part.error("Exactly one value extractor must have the value_name incident_key")
    return draft


def _predicate(form: Form, body: Body, depth: int) -> Body:
    draft: Body = {}
    part = form.nested(body, draft, "match predicate: " if depth == 1 else "")
    part.choice("type", ("all", "any", "not", "contains", "exactly", "regex"), required=True)
    if draft.get("type") in ("contains", "exactly", "regex"):
        part.text("matcher", Text(1024, min_length=1, clean=str), required=True)
        part.choice("part", _PARTS, required=True)
        return draft
    children = part.objects("children", null=None)
    if depth == _MAX_DEPTH:
        part.error(f"is nested deeper than {_MAX_DEPTH}")
    elif children:
        draft["children"] = [_predicate(part, child, depth + 1) for child in children]
    elif "matcher" in body:
        # PagerDuty's own example has type any with a matcher, a part and no children.
        part.text("matcher", Text(1024, min_length=1, clean=str))
        part.choice("part", _PARTS, required=True)
        draft["children"] = []
    else:
        part.error("Children can't be blank")
    return draft


def _extractor(call: Call, form: Form, body: Body) -> Body:
    draft: Body = {}
    part = form.nested(body, draft, "value extractor: ")
    part.choice("type", ("entire", "regex", "between"), required=True)
    part.choice("part", _PARTS, required=True)
    part.text("value_name", Text(255, min_length=1), required=True)
    type = draft.get("type")
    part.text("regex", Text(1024, min_length=1, clean=str), required=type == "regex")
    # "" is the beginning or the end, and between wants a text for both (terraform-provider-pagerduty #651). The API
    # description says ends_with; the provider and its acceptance test send and read ends_before.
    is_between = type == "between"
    clean = str.strip if call.profile.reads("extractor_delimiters", "trimmed") else str
    for name in _DELIMITERS:
        part.text(name, Text(1024, clean=clean), required=is_between and name != "ends_with")
    unused = call.profile.reading("unused_delimiters")
    if not is_between and unused != "as_sent":
        for name in _DELIMITERS:
            draft.pop(name, None)
        if unused == "empty":
            draft |= {"starts_after": "", "ends_before": ""}
    return draft
