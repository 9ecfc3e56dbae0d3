"""The lines that show one difference of a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from pdsync.model import Canonical
from pdsync.model.codec.plain import Codec
from pdsync.model.codec.structure import SetOf
from pdsync.plan import Delta
from pdsync.report.plan.field_codec import item_codec
from pdsync.report.plan.hidden_default import without_defaults
from pdsync.report.plan.value import ValueWriter
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import cell_width, safe_text

_CONTEXT = 2
RESET = "(default; no longer in the manifest)"


def render_delta(delta: Delta, codec: Codec | None, writer: ValueWriter, palette: Palette, indent: str) -> list[str]:
    """The field with its live and its desired value, and whether it is reset to its default."""
    first, *more = _render(delta, codec, writer, palette, indent)
    return [f"{first}  {palette.paint('muted', RESET)}" if delta.is_reset else first, *more]


def with_default(lines: list[str], place: str | None, palette: Palette) -> list[str]:
    """The lines of a value, the first one with the place in Defaults that the value comes from, if it does."""
    return [f"{lines[0]}  {palette.paint('muted', from_defaults(place))}", *lines[1:]] if lines and place else lines


def from_defaults(place: str) -> str:
    """Says that a value comes from Defaults. Safe text."""
    return f"(defaults, {safe_text(place)})"


def _render(delta: Delta, codec: Codec | None, writer: ValueWriter, palette: Palette, indent: str) -> list[str]:
    path, before, after = safe_text(delta.path), delta.before, delta.after
    if _is_block(after) and (before is None or before == []):
        after = after if writer.detail.defaults else without_defaults(after, codec)
        return _painted("create", writer.block(path, after, codec, indent, "+ "), palette)
    if _is_block(before) and (after is None or after == []):
        return _painted("delete", writer.live.block(path, before, codec, indent, "- "), palette)
    if _is_list(before) and _is_list(after):
        item = item_codec(codec)
        old_items, new_items = (
            [it.inline(each, item) for each in side] for it, side in ((writer.live, before), (writer, after))
        )
        render = _set_lines if isinstance(codec, SetOf) else _list_lines
        return [f"{indent}{path}:", *render(old_items, new_items, palette, indent + "  ")]
    if isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        old_lines, new_lines = ([writer.line(it) for it in side.split("\n")] for side in (before, after))
        if old_lines != new_lines:
            return [f"{indent}{path}:", *_list_lines(old_lines, new_lines, palette, indent + "  ")]
    old, new = writer.live.inline(before, codec), writer.inline(after, codec)
    one = f"{indent}{path}: {old} -> {new}"
    if cell_width(one) <= writer.width and old != new:
        return [f"{indent}{path}: {palette.paint('muted', old + ' ->')} {new}"]
    if isinstance(before, str) and isinstance(after, str):
        old, new = writer.text_pair(before, after)
    return [
        f"{indent}{path}:",
        palette.paint("delete", f"{indent}  - {old}"),
        palette.paint("create", f"{indent}  + {new}"),
    ]


def _painted(style: str, lines: list[str], palette: Palette) -> list[str]:
    return [palette.paint(style, line) for line in lines]


def _is_list(value: Canonical) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_block(value: Canonical) -> bool:
    """A mapping, or a list of mappings: something whose appearance is worth more than one line."""
    return isinstance(value, Mapping) or (_is_list(value) and any(isinstance(item, Mapping) for item in value))


def _set_lines(old: Sequence[str], new: Sequence[str], palette: Palette, indent: str) -> list[str]:
    """Items that go and come, where their order means nothing."""
    gone = [palette.paint("delete", f"{indent}- {item}") for item in old if item not in new]
    return gone + [palette.paint("create", f"{indent}+ {item}") for item in new if item not in old]


def _list_lines(old: Sequence[str], new: Sequence[str], palette: Palette, indent: str) -> list[str]:
    """Items that go and come, in their new order between those that stay."""
    lines: list[str] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [palette.paint("muted", f"{indent}  {item}") for item in _shortened(new[j1:j2])]
            continue
        lines += [palette.paint("delete", f"{indent}- {item}") for item in old[i1:i2]]
        lines += [palette.paint("create", f"{indent}+ {item}") for item in new[j1:j2]]
    return lines


def _shortened(items: Sequence[str]) -> Sequence[str]:
    hidden = len(items) - 2 * _CONTEXT
    return items if hidden < 2 else [*items[:_CONTEXT], f"... {hidden} unchanged", *items[-_CONTEXT:]]
