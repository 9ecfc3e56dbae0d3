"""The templates of the page, and how text gets into them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pdsync.report.text.safe_text import safe_text
from pdsync.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

BEGINNING = "<!doctype html>\n<!-- pdsync:page -->\n"
"""What every page begins with, so that a file can be told to be one."""


def render_template(name: str, **values: Any) -> str:
    """The page of that template. Everything it prints is made safe and escaped, no matter who wrote it."""
    return BEGINNING + _environment().get_template(name).render(**values) + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def made_safe(value: object) -> object:
        return value if isinstance(value, Markup) else safe_text(value)

    environment = Environment(
        loader=PackageLoader("pdsync.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=made_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["version"] = __version__
    return environment
