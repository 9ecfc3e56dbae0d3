"""The lines that show one change: a head that names the object, then what is different."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList
from pdsync.model.child import NUMBER
from pdsync.plan import Change, ChildChange, ChildOperation, Operation, Reassignment, Unmanaged
from pdsync.report.plan.delta_text import render_delta, with_default
from pdsync.report.plan.field_codec import find_child_codec, find_codec
from pdsync.report.plan.value import ValueWriter, short_type
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import cell_width, safe_text
from pdsync.report.text.wrapped import wrapped

SIGNS = {
    Operation.CREATE: ("+", "create"),
    Operation.UPDATE: ("~", "update"),
    Operation.ADOPT: ("»", "adopt"),
    Operation.DELETE: ("-", "delete"),
    Operation.RELEASE: ("«", "adopt"),
    Operation.INTERIM: ("~", "update"),
}
_CHILD_SIGNS = {
    ChildOperation.ADD: ("+", "create"),
    ChildOperation.UPDATE: ("~", "update"),
    ChildOperation.REMOVE: ("-", "delete"),
}
_ID = re.compile(r"\w+\[id=\w+\]")
_INDENT = " " * 6
_INCIDENTS_SHOWN, _LONGEST_TITLE = 5, 80


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a change are laid out."""

    name_width: int = 0
    """The column that addresses start in, counted from the name."""
    columns: int = 0
    """Where the head and sentences are broken; 0: nowhere."""


def render_change(
    change: Change,
    writer: ValueWriter,
    palette: Palette,
    layout: Layout = Layout(),
    *,
    told: set[str] | None = None,
) -> list[str]:
    """The change in lines. `told` holds the blockers that were shown above: what to do about one is said once."""
    columns = layout.columns
    lines = _head(change, palette, layout)
    if change.operation is Operation.INTERIM:
        lines.append(f"{_INDENT}name: {writer.inline(change.values.get('name'))} (for a moment)")
    defaults = change.defaults or {}
    for delta in change.deltas:
        if change.operation is Operation.CREATE:
            shown = []
            if delta.path != "name" or delta.after != change.name:
                shown = writer.block(safe_text(delta.path), delta.after, find_codec(change.kind, delta.path), _INDENT)
        else:
            shown = render_delta(delta, find_codec(change.kind, delta.path), writer, palette, _INDENT)
        lines += with_default(shown, defaults.get(delta.field), palette)
    for child in change.children:
        lines += with_default(_child(change, child, writer, palette), defaults.get(child.list_name), palette)
    if change.operation is Operation.ADOPT and not change.blockers and not change.deltas and not change.children:
        lines.append(palette.paint("muted", f"{_INDENT}nothing differs; the ownership line is written"))
    if change.operation is Operation.RELEASE:
        lines.append(palette.paint("muted", f"{_INDENT}the ownership line is taken out"))
    if change.reassign is not None:
        lines += _reassignment(change.reassign, palette)
    for left in change.unmanaged:
        text = f"note: {render_unmanaged(left, change.kind, writer)}"
        lines += [palette.paint("warning", line) for line in _sentence(text, columns)]
    for note in change.notes:
        lines += [palette.paint("warning", line) for line in _sentence(f"note: {safe_text(note)}", columns)]
    for blocker in change.blockers:
        again = told is not None and blocker in told
        text = blocker.partition("; ")[0] + " (see above)" if again and "; " in blocker else blocker
        lines += [palette.paint("error", line) for line in _sentence(f"! {safe_text(text)}", columns)]
        if told is not None:
            told.add(blocker)
    return lines


def render_unmanaged(left: Unmanaged, slug: str, writer: ValueWriter) -> str:
    """What the manifest no longer names and what stays, as a sentence. Safe text."""
    is_field = BY_SLUG[slug].field(left.path) is not None
    value = f" at {writer.inline(left.live, find_codec(slug, left.path))}" if is_field else ""
    # An item that no manifest names is known by its id; people know it by its name.
    path = _ID.sub(lambda found: writer.labels.get(found[0], found[0]), left.path)
    return f"{safe_text(path)} is no longer managed and stays{value}: {safe_text(left.why)}"


def _sentence(text: str, columns: int) -> list[str]:
    return wrapped(text, columns, indent=_INDENT, hanging=_INDENT + "  ") if columns else [_INDENT + text]


def _reassignment(step: Reassignment, palette: Palette) -> list[str]:
    """The step before a delete: how many incidents go to whom, and the first of them."""
    count = len(step.incidents)
    some = "1 open incident is" if count == 1 else f"{count} open incidents are"
    noun = "the policy" if step.to.kind == "escalation_policy" else "the user"
    where = safe_text(step.to.address or step.to.value)
    text = f"before that, {some} reassigned to {noun} {safe_text(step.name)} ({where})"
    lines = [palette.paint("warning", f"{_INDENT}{text}, and stay open")]
    for incident in step.incidents[:_INCIDENTS_SHOWN]:
        title = incident.title
        title = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
        words = (f"#{incident.number}", safe_text(title), safe_text(incident.url or ""))
        lines.append(f"{_INDENT}    {'  '.join(word for word in words if word)}")
    if count > _INCIDENTS_SHOWN:
        lines.append(palette.paint("muted", f"{_INDENT}    and {count - _INCIDENTS_SHOWN} more"))
    return lines


def shown_name(change: Change) -> str:
    """The object's name as the head shows it."""
    return safe_text(change.name or change.address)


def _head(change: Change, palette: Palette, layout: Layout) -> list[str]:
    columns = layout.columns
    sign, style = SIGNS[change.operation]
    name = shown_name(change)
    place = change.source or (f"{change.id}, no manifest" if change.id else "")
    rest = "  ".join(safe_text(part) for part in (change.address, place) if part)
    gap = " " * (max(0, layout.name_width - cell_width(name)) + 2)
    whole = f"    {name}{gap}{rest}"
    if columns and cell_width(whole) > columns:
        first, *more = (f"    {line}" for line in wrapped(name, columns - 4))
        lines = [palette.paint("strong", line) for line in more]
        for part in (change.address, place):
            lines += (
                [palette.paint("muted", line) for line in wrapped(safe_text(part), columns, indent=_INDENT)]
                if part
                else []
            )
        return [f"  {palette.paint(style, sign)} {palette.paint('strong', first[4:])}", *lines]
    return [f"  {palette.paint(style, sign)} {palette.paint('strong', name)}{gap}{palette.paint('muted', rest)}"]


def _with_names(child: ChildChange, declared: ChildList, writer: ValueWriter) -> str:
    """The label of an item, with the names of objects that no manifest describes in place of their ids."""
    text = child.label
    for ref in declared.item.refs_in({name: child.values[name] for name in declared.key if name in child.values}):
        text = text.replace(ref.value, writer.labels.get(str(ref), ref.value))
    return text


def _child(change: Change, child: ChildChange, writer: ValueWriter, palette: Palette) -> list[str]:
    """An item of a child list: its natural key, then its other members, or what is different about it."""
    sign, style = _CHILD_SIGNS[child.operation]
    kind = BY_SLUG.get(change.kind)
    declared = kind.child(child.list_name) if kind else None
    key = (*declared.key, NUMBER) if declared else ()
    is_told = declared is not None and declared.says is not None
    words = [safe_text(_with_names(child, declared, writer))] if declared is not None and is_told else []
    for name in key if not words else ():
        value = child.values.get(name)
        if value in (None, ""):
            continue
        codec = find_child_codec(change.kind, child.list_name, name)
        text = safe_text(value) if isinstance(value, str) else writer.inline(value, codec)
        words.append(short_type(text) if name == "type" else text)
    head = f"{_INDENT}{palette.paint(style, f'{sign} {child.list_name}')} {' '.join(words) or safe_text(child.label)}"
    if child.operation is ChildOperation.UPDATE:
        lines = [head]
        for delta in child.deltas:
            codec = find_child_codec(change.kind, child.list_name, delta.path)
            lines += render_delta(delta, codec, writer, palette, _INDENT + "    ")
        return lines
    others = {
        name: value for name, value in child.values.items() if name not in key and not (is_told and value is None)
    }
    if child.is_dropped:
        return [f"{head}  {palette.paint('muted', '(no longer in the manifest)')}"]
    if (child.operation is ChildOperation.REMOVE and not is_told) or not others:
        return [head]
    codec = declared.item if declared else None
    inline = writer.inline(others, codec)
    if cell_width(inline) < writer.width - 50:
        return [f"{head}  {palette.paint('muted', inline)}"]
    lines = [head]
    for name, value in others.items():
        lines += writer.block(
            safe_text(name), value, find_child_codec(change.kind, child.list_name, name), _INDENT + "    "
        )
    return lines
