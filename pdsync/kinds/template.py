"""Template: what a status update says, by text message and by email."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.codec.file_text import FileText
from pdsync.model.codec.plain import Choice, Codec, Nullable, Text
from pdsync.model.codec.referring_text import ReferringText
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import Facts, PlaceholderFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.marker import join_marker
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, EditableTemplate"
_NESTED = "templated_fields"
_PARTS = ("message", "email_subject", "email_body")
"""What PagerDuty keeps inside `templated_fields`."""
_TYPE = "status_update"
_OPEN = re.compile(r"\{\{(?![^{}]*\}\})")
_PLACES = "{{incident.title}} and other fields are filled in; /templates/fields lists them."


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """The parts other than the plain fields. A row of a list may lack them all, and then they are not known."""
    parts = answer.pop(_NESTED, None)
    if isinstance(parts, Mapping):
        answer.update({name: parts.get(name) for name in _PARTS})
    return answer


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The parts where PagerDuty has them. No source says whether a PUT keeps what it leaves out, so each holds all that there is."""
    parts = {name: body.pop(name) for name in _PARTS if name in body}
    if parts:
        body = {"template_type": _TYPE, **body, _NESTED: parts}
    if live is not None and "description" not in body:
        text = live.fields["description"]
        body["description"] = join_marker(text, live.marker) if live.marker is not None else text
    return body


def _check_braces(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    for name in _PARTS:
        text = spec.get(name)
        if isinstance(text, str) and _OPEN.search(text):
            scope.warn((*path, name), "'{{' is not closed by '}}'", "Write {{incident.title}}.")


def _part(name: str, codec: Codec, says: str) -> Field:
    return Field(name, Nullable(codec), says, f"{_API}, {_NESTED}", carry=True, default=None)


TEMPLATE = Kind(
    name="Template",
    slug="template",
    source=Listing("templates", may_be_refused=True, unlisted=_NESTED),
    description="The text of a status update, for text messages and email.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("Template"),
        Field(
            "template_type",
            Choice((_TYPE,), ("For status updates of incidents, the only type",)),
            "What the template is for.",
            _API,
            default=_TYPE,
        ),
        _part(
            "message",
            ReferringText(Text(multiline=True, empty_is_null=True)),
            f"The short message, for SMS, push and chat. {_PLACES}",
        ),
        _part(
            "email_subject",
            ReferringText(Text(empty_is_null=True)),
            f"The subject of the email. {_PLACES}",
        ),
        _part(
            "email_body",
            FileText(ReferringText(Text(multiline=True, empty_is_null=True, exact=True)), ".html"),
            f"The HTML of the email, or {{file: PATH}} for a file next to the manifest. {_PLACES}",
        ),
    ),
    rules=(SpecRule(_PARTS, _check_braces),),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(placeholders=PlaceholderFact("templates/fields", "summary", _PARTS, ("external.",))),
)
