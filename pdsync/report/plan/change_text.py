"""The lines that show one change: a head that names the object, then what is different."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, ChildList
from pdsync.model.address import shown_address
from pdsync.model.child import NUMBER
from pdsync.model.instant import is_zone
from pdsync.plan import Change, ChildChange, ChildOperation, Operation, Reassignment, Unmanaged
from pdsync.report.plan.alike import FEWEST, Group, deltas_of_series, group_items, only_marks
from pdsync.report.plan.delta_text import render_delta, with_default
from pdsync.report.plan.field_codec import find_child_codec, find_codec
from pdsync.report.plan.hidden_default import shown_deltas
from pdsync.report.plan.hours import shown_time
from pdsync.report.plan.value import ValueWriter, short_type
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import cell_width, quoted_text, safe_text
from pdsync.report.text.wrapped import wrapped

SIGNS = {
    Operation.CREATE: ("+", "create"),
    Operation.UPDATE: ("~", "update"),
    Operation.ADOPT: ("»", "adopt"),
    Operation.DELETE: ("-", "delete"),
    Operation.RELEASE: ("«", "adopt"),
    Operation.INTERIM: ("~", "update"),
    Operation.REPLACE: ("-/+", "delete"),
    Operation.RETIRE: ("-", "delete"),
}
_ONLY_MARKS = "no other change; writes the ownership line"
_CHILD_SIGNS = {
    ChildOperation.ADD: ("+", "create"),
    ChildOperation.UPDATE: ("~", "update"),
    ChildOperation.REMOVE: ("-", "delete"),
}
_ID = re.compile(r"\w+\[id=\w+\]")
_NAMED_BY_V = " (-v names them)"
_LISTING = re.compile(r"[,{}]| and |  ")
_INDENT = " " * 6
_INCIDENTS_SHOWN, _LONGEST_TITLE = 5, 80
_MOST_NAMES, _NAMES_SHOWN = 8, 6


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
    writer = on_clock_of(change, writer)
    lines = _head(change, palette, layout)
    if change.operation is Operation.INTERIM:
        lines.append(f"{_INDENT}name: {writer.inline(change.values.get('name'))} (for a moment)")
    if change.operation is Operation.REPLACE:
        from pdsync.report.plan.replacement_text import replacement_lines  # most plans replace nothing

        for style, said in replacement_lines(change):
            lines += [palette.paint(style, line) if style else line for line in _sentence(said, columns)]
    lines += _differences(change, writer, palette)
    if only_marks(change):
        lines.append(palette.paint("muted", f"{_INDENT}{_ONLY_MARKS}"))
    if change.operation is Operation.RELEASE:
        lines.append(palette.paint("muted", f"{_INDENT}removes the ownership line"))
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


def _differences(change: Change, writer: ValueWriter, palette: Palette) -> Iterator[str]:
    """The fields and items that change; of a new object those that it has not by itself."""
    is_new, defaults = change.operation is Operation.CREATE, change.defaults or {}
    if (is_new or change.ends) and (said := _says(change, writer)):
        yield f"{_INDENT}{said}"
        return
    for delta in shown_deltas(change, defaults=writer.detail.defaults) if is_new else change.deltas:
        codec = find_codec(change.kind, delta.path)
        if is_new:
            lines = writer.block(safe_text(delta.path), delta.after, codec, _INDENT)
        else:
            lines = render_delta(delta, codec, writer, palette, _INDENT)
        place = defaults.get(delta.field)
        yield from with_default(lines, place, palette) if place else lines
    is_many = len(change.children) >= FEWEST
    for items in group_items(change, writer.detail) if is_many else [(child,) for child in change.children]:
        if len(items) == 1:
            lines = _child(change, items[0], writer, palette)
        else:
            lines = [_alike_items(change, items, writer, palette)]
        place = defaults.get(items[0].list_name)
        yield from with_default(lines, place, palette) if place else lines


def _says(change: Change, writer: ValueWriter) -> str:
    """The object in a line, where its kind has words for it. Safe text."""
    says = BY_SLUG[change.kind].passing.says
    if says is None:
        return ""
    fields = dict(change.before) if change.ends else {it.path: it.after for it in change.deltas}

    def show(value: Canonical) -> str:
        return shown_time(str(value), writer.zone)

    return safe_text(says(fields, writer.inline, show))


def render_group(group: Group, writer: ValueWriter, palette: Palette, layout: Layout = Layout()) -> list[str]:
    """Alike changes in one line; on a terminal it is broken where that ends."""
    text = describe_group(group, writer)
    sign, style = SIGNS[group.operation]
    first, *more = wrapped(text, layout.columns - 4, hanging="  ") if layout.columns else [text]
    count = len(_count(group))
    return [
        f"  {palette.paint(style, sign)} {palette.paint('strong', first[:count])}{first[count:]}",
        *(f"    {it}" for it in more),
    ]


def describe_group(group: Group, writer: ValueWriter, hint: str = _NAMED_BY_V) -> str:
    """How many alike changes there are, what they have in common, and the first of them. `hint` says where the rest is. Safe text.

    Names come last: they are long, and what lies beyond the edge of a comment is not read.
    """
    first = group.changes[0]
    writer = on_clock_of(first, writer)
    if group.series:
        return _describe_series(group, writer)
    common = ", ".join(
        f"{safe_text(name)}: {writer.inline(value, find_codec(first.kind, name))}{_default_of_all(group, name)}"
        for name, value in group.common.items()
    )
    names = listed([_in_a_list(shown_name(change)) for change in group.changes], hint)
    if only_marks(first):
        return f"{_count(group)}, {_ONLY_MARKS}: {names}"
    return f"{_count(group)} alike{f' {{{common}}}' if common else ''}: {names}"


def _describe_series(group: Group, writer: ValueWriter) -> str:
    """The rule in words, the first and the last time, and what all of them have in common or how all of them change."""
    first = group.changes[0]
    rule = f" ({first.clock.rule})" if first.clock and first.clock.rule else ""
    starts = [shown_time(start, writer.zone) for start in (group.starts[0], group.starts[-1])]
    said = []
    for delta in deltas_of_series(first) if first.operation is not Operation.DELETE else ():
        codec, is_same = find_codec(first.kind, delta.path), all(delta in it.deltas for it in group.changes)
        path, value = safe_text(delta.path), writer.inline(delta.after, codec)
        if first.operation is not Operation.CREATE:
            of = "" if is_same else " of the first"
            said.append(f"{path}{of}: {writer.live.inline(delta.before, codec)} -> {value}")
        elif is_same:
            said.append(f"{path}: {value}")
    what = f" {{{', '.join(said)}}}" if said else ""
    place = f"  {safe_text(first.source)}" if first.source else ""
    return f"{_count(group)} of {safe_text(group.series)}{safe_text(rule)}: first {starts[0]}, last {starts[1]}{what}{place}"


def _default_of_all(group: Group, name: str) -> str:
    """Where in Defaults all of them have the value from; empty where they have not."""
    places = {(change.defaults or {}).get(name) for change in group.changes}
    place = places.pop() if len(places) == 1 else None
    return f" (defaults, {safe_text(place)})" if place else ""


def _count(group: Group) -> str:
    return f"{len(group.changes)} {BY_SLUG[group.changes[0].kind].nouns}"


def _in_a_list(name: str) -> str:
    """The name; in quotes where it could be taken for more than one, or for what the group has in common."""
    return quoted_text(name) if _LISTING.search(name) else name


def listed(names: Sequence[str], hint: str = _NAMED_BY_V) -> str:
    """The names; of many the first ones, and how many more there are."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES_SHOWN])} and {len(names) - _NAMES_SHOWN} more{hint}"


def _alike_items(change: Change, items: Sequence[ChildChange], writer: ValueWriter, palette: Palette) -> str:
    """Alike additions to one list in a line."""
    first = items[0]
    declared = BY_SLUG[change.kind].child(first.list_name)
    heads = [_child_words(change, item, writer) for item in items]
    others = {name: value for name, value in first.values.items() if declared and name not in (*declared.key, NUMBER)}
    common = {name: value for name, value in others.items() if all(item.values.get(name) == value for item in items)}
    inline = f"  {palette.paint('muted', writer.inline(common, declared.item))}" if common and declared else ""
    head = f"{_INDENT}{palette.paint('create', f'+ {first.list_name}')} ({len(items)})"
    return f"{head} {listed(heads)}{inline}"


def on_clock_of(change: Change, writer: ValueWriter) -> ValueWriter:
    """The writer for values of this object: live times are on the clock of its zone now, desired ones on that of the zone it will have."""
    if change.clock:
        return replace(writer, zone=change.clock.time_zone, zone_before=change.clock.time_zone)
    zone, zone_before = (_zone_of(change.kind, it) for it in ({**change.before, **change.values}, change.before))
    return replace(writer, zone=zone, zone_before=zone_before or zone)


def _zone_of(slug: str, fields: Mapping[str, Canonical]) -> str:
    """The time zone of the object; empty where it has none."""
    hours = fields.get("support_hours")
    zone = fields.get(BY_SLUG[slug].zone_field) or (hours.get("time_zone") if isinstance(hours, Mapping) else None)
    return str(zone) if is_zone(zone) else ""


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
    """The object's name as the head shows it. An object that is said in a line has none of its own."""
    has_name = change.name and BY_SLUG[change.kind].passing.says is None
    return safe_text(change.name if has_name else shown_address(change.address, change.id))


def _head(change: Change, palette: Palette, layout: Layout) -> list[str]:
    columns = layout.columns
    sign, style = SIGNS[change.operation]
    name = shown_name(change)
    place = change.source or (f"{change.id}, no manifest" if change.id else "")
    address = shown_address(change.address, change.id)
    address = address if safe_text(address) != name else ""  # without a name, it is in the place of that
    rest = "  ".join(safe_text(part) for part in (address, place) if part)
    gap = " " * (max(0, layout.name_width - cell_width(name)) + 2)
    whole = f"    {name}{gap}{rest}"
    if columns and cell_width(whole) > columns:
        first, *more = (f"    {line}" for line in wrapped(name, columns - 4))
        lines = [palette.paint("strong", line) for line in more]
        for part in (address, place):
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


def _child_words(change: Change, child: ChildChange, writer: ValueWriter) -> str:
    """The natural key of an item in words."""
    kind = BY_SLUG.get(change.kind)
    declared = kind.child(child.list_name) if kind else None
    if declared is not None and declared.says is not None:
        return safe_text(_with_names(child, declared, writer))
    words = []
    for name in (*declared.key, NUMBER) if declared else ():
        value = child.values.get(name)
        if value in (None, ""):
            continue
        codec = find_child_codec(change.kind, child.list_name, name)
        text = safe_text(value) if isinstance(value, str) else writer.inline(value, codec)
        words.append(short_type(text) if name == "type" else text)
    return " ".join(words) or safe_text(child.label)


def _child(change: Change, child: ChildChange, writer: ValueWriter, palette: Palette) -> list[str]:
    """An item of a child list: its natural key, then its other members, or what is different about it."""
    sign, style = _CHILD_SIGNS[child.operation]
    kind = BY_SLUG.get(change.kind)
    declared = kind.child(child.list_name) if kind else None
    key = (*declared.key, NUMBER) if declared else ()
    is_told = declared is not None and declared.says is not None
    head = f"{_INDENT}{palette.paint(style, f'{sign} {child.list_name}')} {_child_words(change, child, writer)}"
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
