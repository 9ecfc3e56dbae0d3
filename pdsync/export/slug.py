"""Keys made of names: what a person would type for ``Zahlungen (EU)``."""

from __future__ import annotations

import re

_MAX_LENGTH = 60
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_OTHERS = re.compile(r"[^a-z0-9]+")


def make_slug(text: str) -> str:
    """Lower-case ASCII letters and digits with single hyphens, at most 60; empty where `text` holds no letter or digit."""
    if not text.isascii():
        from anyascii import anyascii  # its tables are only needed for names that are not ASCII

        text = anyascii(text)
    slug = _OTHERS.sub("-", _APOSTROPHES.sub("", text.lower())).strip("-")
    if len(slug) <= _MAX_LENGTH:
        return slug
    head, _, _ = slug[: _MAX_LENGTH + 1].rpartition("-")
    return head if len(head) > _MAX_LENGTH // 2 else slug[:_MAX_LENGTH]
