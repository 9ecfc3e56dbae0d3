"""ServiceCustomField: a field of every service in addition to PagerDuty's own, such as its tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.codec.custom_field import NAME, TYPE, check_definition, options_of, read_definition, write_definition
from pdsync.model.codec.field_values import FIELD_VALUES, read_values, write_values
from pdsync.model.codec.plain import Boolean, Text, Token
from pdsync.model.common_field import description_field, name_field
from pdsync.model.document import FieldDocument
from pdsync.model.fact import Facts, OptionFact, ValueFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.ownership import MarkerLine
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, ServiceCustomFieldsField"
_LINE = MarkerLine(limit=1000)
_FIXED = ("name", "data_type", "field_type")
_NAME = Token(
    NAME, "a name of up to 50 lowercase letters, digits and underscores", "Use lowercase letters, digits and _."
)


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """PagerDuty's own members. A PUT has none that cannot change."""
    rows = live.raw.get("field_options") or () if live is not None else ()
    written = write_definition(body, rows)
    return {name: said for name, said in written.items() if live is None or name not in _FIXED}


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    check_definition(spec, scope, path)


SERVICE_CUSTOM_FIELD = Kind(
    name="ServiceCustomField",
    slug="service_custom_field",
    plural="service custom fields",
    file="service-custom-fields",
    source=Listing("services/custom_fields", includes=("field_options",), has_query=False, may_be_refused=True),
    description="A field of every service in addition to PagerDuty's own, such as its tier. A service gives its value in custom_fields.",
    unique_name=True,
    ownership=_LINE,
    fields=(
        name_field(
            _NAME,
            f"{_API}; a PUT cannot contain it",
            "The name that services and programs use. It cannot be changed.",
            fixed=True,
        ),
        Field(
            "display_name",
            Text(max_length=50, min_length=1),
            "The name that people see. It must be unique among the custom fields of the account.",
            _API,
            required=True,
            carry=True,
        ),
        Field(
            "type",
            TYPE,
            "The type of a value. A choice is one of the options. It cannot be changed.",
            f"{_API}, data_type and field_type; a PUT cannot contain them",
            required=True,
            fixed=True,
        ),
        Field(
            "multi",
            Boolean(),
            "Whether a service may have up to 10 values (string and choice). It cannot be changed.",
            f"{_API}, field_type; a PUT cannot contain it",
            default=False,
            fixed=True,
        ),
        Field(
            "options",
            options_of(200),
            "The texts that a choice allows. Removing an option removes its values; changing only its text keeps them.",
            f"{_API}; a PUT deletes what it does not list",
            default=[],
        ),
        description_field("ServiceCustomFieldsField", _LINE),
        Field("enabled", Boolean(), "Whether people see it.", _API, default=True, carry=True),
    ),
    rules=(SpecRule(("type", "multi", "options"), _check),),
    prepare=read_definition,
    finish=_finish,
    facts=Facts(
        options=(OptionFact("options", "services"),),
        loses="the values that services have for it",
    ),
)

CUSTOM_FIELDS = Field(
    "custom_fields",
    FIELD_VALUES,
    "Values of service custom fields by name: a text, a number, true, false, or a list of texts. null removes the value. Fields that "
    "are not named keep their values.",
    "PagerDuty API description, /services/{id}/custom_fields/values: all or nothing; what is not named stays; null resets",
    default={},
    document=FieldDocument(
        path="services/{parent}/custom_fields/values",
        wrapper="custom_fields",
        from_answer=read_values,
        to_request=write_values,
        parts_of=SERVICE_CUSTOM_FIELD.slug,
    ),
)
"""What services say about such fields."""
VALUES = ValueFact(CUSTOM_FIELDS.name, SERVICE_CUSTOM_FIELD.slug)
