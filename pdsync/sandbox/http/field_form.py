"""Field form: a form whose problems are kept by the path of the field that each is about, as the API of shift-based
schedules answers them (PagerDuty API description, V3ErrorResponse)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import FieldProblem, Problem
from pdsync.sandbox.store.record import Body


class FieldForm(Form):
    """``path`` is that of the object, such as ``event``: a problem of its name is one of ``event.name``."""

    def __init__(
        self,
        body: Mapping[str, Any],
        draft: Body,
        path: str,
        *,
        creating: bool,
        by_field: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(body, draft, creating=creating)
        self.path = path
        self.by_field: dict[str, list[str]] = {} if by_field is None else by_field
        self._field: str | None = None

    def value(self, name: str, *, required: bool, null: object) -> Any:
        self._field = name
        return super().value(name, required=required, null=null)

    def error(self, text: str) -> None:
        """The problem belongs to the field that was looked at last."""
        self.problem(self._field, text)

    def problem(self, name: str | None, text: str) -> None:
        """``name`` is None for what is wrong with the object as a whole."""
        self.by_field.setdefault(f"{self.path}.{name}" if name else self.path, []).append(text)

    def has_problem(self, *names: str) -> bool:
        return any(f"{self.path}.{name}" in self.by_field for name in names)

    def inside(self, name: str, body: Mapping[str, Any], draft: Body) -> FieldForm:
        """The form of an object in a field, whose problems are raised with these. It is always whole."""
        return FieldForm(body, draft, f"{self.path}.{name}", creating=True, by_field=self.by_field)

    def finish(self) -> None:
        if self.by_field:
            raise FieldProblem({path: list(dict.fromkeys(texts)) for path, texts in self.by_field.items()})


def by_field(handler: Callable[..., Answer], path: str) -> Callable[..., Answer]:
    """The handler, whose every 400 is by field: what names no field is a problem of ``path``."""

    def handle(call: Call, **parts: str) -> Answer:
        try:
            return handler(call, **parts)
        except FieldProblem:
            raise
        except Problem as problem:
            if problem.status != 400:
                raise
            raise FieldProblem({path: problem.errors or [problem.message]}) from None

    return handle
