"""Changes a value in a YAML text where it differs, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.accept.align import align
from pdsync.accept.node import Node
from pdsync.accept.splice import Splice, apply_splices
from pdsync.export.yaml_writer import WIDTH, literal, quote, render_entry, render_flow, render_inline, render_scalar
from pdsync.model import Canonical
from pdsync.model.codec.composed import Composed
from pdsync.model.codec.plain import MISSING, Codec, Nullable
from pdsync.model.codec.structure import ListOf, MapOf, Object, Part, Variants
from pdsync.model.codec.time import Duration
from pdsync.model.instant import parse_duration

KeyOf = Callable[[Canonical], str] | None
_STEP = 2
_COMMENT = re.compile(r"[ \t]+#.*")
_DASH = re.compile(r"^ *(-)(?=[ \n])", re.M)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a mapping with the value that it gets, as it is written."""

    name: str
    codec: Codec
    value: Any
    key_of: KeyOf = None
    """The key of an item of a child list."""
    short: str = ""
    """The name of the member that says the same in a short form and is written now; empty where none is."""


class Merge:
    """Collects the splices for one document. Every line of the text ends in ``\\n``."""

    def __init__(self, text: str, canonical: Callable[[Codec, Any], Canonical]) -> None:
        """`canonical` gives the meaning of a written value."""
        self.splices: list[Splice] = []
        self._text = text
        self._canonical = canonical

    def set_member(self, mapping: Node, member: Member, old: Mapping[str, Any], order: Sequence[str]) -> None:
        """Gives a member of a mapping another value than `old` has. `order` is that of the members, for one that is not there yet."""
        pair = mapping.get(member.name)
        short = mapping.get(member.short) if member.short else None
        if short is not None:
            self._replace_member(mapping, short, member)
            return
        if pair is None:
            self._insert(mapping, member.name, member.value, order)
            return
        done, value = self._value(pair[1], member.codec, old[member.name], member.value, member.key_of)
        if not done:
            self._replace(mapping, pair, value)

    def _value(self, node: Node, codec: Codec, old: Any, new: Any, key_of: KeyOf = None) -> tuple[bool, Any]:
        """Changes a value in place: (True, ...), or (False, what to write in its place)."""
        if self._canonical(codec, old) == self._canonical(codec, new):
            return True, None
        if node.form == "alias" or (codec.is_short(old) and not codec.is_short(new)):
            return False, new
        before = len(self.splices)
        done, value = self._inside(node, codec, old, new, key_of)
        if not done:
            del self.splices[before:]
        return done, value

    def _inside(self, node: Node, codec: Codec, old: Any, new: Any, key_of: KeyOf) -> tuple[bool, Any]:
        if isinstance(codec, Nullable) and old is not None and new is not None:
            return self._inside(node, codec.inner, old, new, key_of)
        if isinstance(codec, Variants) and isinstance(old, Mapping) and isinstance(new, Mapping):
            tag = new.get(codec.tag, codec.default)
            option = next((option for name, option in codec.options if name == tag), None)
            if option is not None and old.get(codec.tag, codec.default) == tag:
                return self._members(node, option.parts, old, new), new
        elif isinstance(codec, Object) and isinstance(old, Mapping) and isinstance(new, Mapping):
            return self._members(node, codec.parts, old, new), new
        elif isinstance(codec, MapOf) and isinstance(old, Mapping) and isinstance(new, Mapping):
            return self._members(node, [Part(name, codec.value) for name in {**old, **new}], old, new), new
        elif isinstance(codec, ListOf) and isinstance(old, list) and isinstance(new, list):
            return self._items(node, codec, old, new, key_of)
        elif isinstance(codec, Composed):
            return self._composed(node, codec, old, new)
        elif isinstance(codec, Duration) and isinstance(old, int) and old and isinstance(new, str):
            seconds = parse_duration(new)
            return False, new if seconds is None else seconds // codec.unit_s
        return False, new

    def _composed(self, node: Node, codec: Composed, old: Any, new: Any) -> tuple[bool, Any]:
        if codec.as_list is not None and isinstance(old, list) and isinstance(new, list):
            return self._items(node, codec.as_list, old, new, None)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            inner = {name: codec.part(name) for name in {**old, **new}}
            return self._members(node, [Part(name, it) for name, it in inner.items() if it is not None], old, new), new
        return False, new

    def _members(self, node: Node, parts: Sequence[Part], old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        if node.form != "mapping" or not new:  # without a single member, its name would say null
            return False
        order = [part.name for part in parts]
        for part in parts:
            pair = node.get(part.name)
            if part.name in new:
                self.set_member(node, Member(part.name, part.codec, new[part.name]), old, order)
            elif (
                pair is not None
                and not self._goes_without_saying(part, old[part.name])
                and not self._delete(node, pair)
            ):
                return False
        return True

    def _goes_without_saying(self, part: Part, old: Any) -> bool:
        return part.default is not MISSING and self._canonical(part.codec, old) == part.default

    def _items(self, node: Node, codec: ListOf, old: list[Any], new: list[Any], key_of: KeyOf) -> tuple[bool, Any]:
        aligned = align(codec, old, new, lambda item: self._canonical(codec.item, item), key_of)
        merged = [
            old[at]
            if at is not None and self._canonical(codec.item, old[at]) == self._canonical(codec.item, value)
            else value
            for at, value in aligned
        ]
        if node.form != "sequence":
            return False, merged
        if [at for at, _ in aligned] == list(range(len(old))):
            for at, value in aligned:
                assert at is not None
                done, text = self._value(node.items[at], codec.item, old[at], value)
                if not done and not self._replace_item(node, at, text):
                    return False, merged
            return True, None
        if node.is_flow or not new or not old:
            return False, merged
        return self._rebuild(node, codec, old, aligned), merged

    def _rebuild(self, node: Node, codec: ListOf, old: list[Any], aligned: Sequence[tuple[int | None, Any]]) -> bool:
        """Puts the lines of a block list together again: items that stay keep their lines, with the comments above them."""
        dashes = self._dashes(node)
        if dashes is None or self._text[self._line_start(dashes[0]) : dashes[0]].strip(" "):
            return False
        ends = [self._line_end(item.end) for item in node.items]
        leads = [self._line_start(dashes[0]), *ends[:-1]]
        chunks = []
        for at, value in aligned:
            if at is None:
                chunks.append(self._lines(render_entry("-", value, node.column)))
                continue
            before = len(self.splices)
            done, text = self._value(node.items[at], codec.item, old[at], value)
            if not done:
                start = self._line_start(dashes[at])
                rendered = self._lines(render_entry("-", text, node.column))
                chunks.append(self._text[leads[at] : start] + rendered)
            else:
                chunks.append(apply_splices(self._text, self.splices[before:], leads[at], ends[at]))
            del self.splices[before:]
        self.splices.append(Splice(leads[0], ends[-1], "".join(chunks)))
        return True

    def _replace_item(self, node: Node, at: int, new: Any) -> bool:
        item = node.items[at]
        if node.is_flow:
            self.splices.append(Splice(item.start, item.end, self._flow_text(item, new)))
            return True
        inline = self._inline(item, new, node.column + _STEP)
        if inline is not None and item.form == "scalar" and item.style not in ("|", ">"):
            self.splices.append(Splice(item.start, item.end, inline))
            return True
        dashes = self._dashes(node)
        if dashes is None:
            return False
        lines = render_entry("-", new, node.column)
        self.splices.append(Splice(dashes[at], self._end_of(item), "\n".join(lines).lstrip(" ")))
        return True

    def _dashes(self, node: Node) -> list[int] | None:
        """Where the dash of each item of a block list is; None where that is not plain to see."""
        found = [node.start]
        for before, item in zip(node.items, node.items[1:], strict=False):
            match = _DASH.search(self._text, self._line_end(before.end), item.start)
            if match is None or match.start(1) - match.start() != node.column:
                return None
            found.append(match.start(1))
        return found if all(self._text[at : at + 1] == "-" for at in found) else None

    def _replace(self, mapping: Node, pair: tuple[Node, Node], new: Any) -> None:
        """Puts another value behind a key. A comment behind the old one stays."""
        key, value = pair
        if mapping.is_flow:
            self.splices.append(Splice(value.start, value.end, self._flow_text(value, new)))
            return
        colon = self._text.index(":", key.end) + 1
        line_end = self._line_end(colon) - 1
        inline = self._inline(value, new, colon + 1 - self._line_start(key.start))
        starts_here, ends_here = value.start <= line_end, value.end <= line_end
        if starts_here and ends_here:
            rest = self._text[max(value.end, colon) : line_end]
            if inline is not None:
                at = value.start if value.end > value.start else colon
                self.splices.append(Splice(at, max(value.end, colon), inline if at > colon else f" {inline}"))
            else:
                head, *below = self._below(key, new)
                gap = f" {head}" if head else ""
                self.splices.append(Splice(colon, line_end, "\n".join([f"{gap}{rest}".rstrip(" "), *below])))
            return
        trailing = self._text[colon:line_end] if not starts_here else self._comment(value, line_end)
        end = self._end_of(value)
        if inline is not None:
            self.splices.append(Splice(colon, end, f" {inline}{trailing}"))
            return
        head, *below = self._below(key, new, value.column if not starts_here else None)
        gap = f" {head}" if head else ""
        self.splices.append(Splice(colon, end, "\n".join([f"{gap}{trailing}", *below])))

    def _replace_member(self, mapping: Node, pair: tuple[Node, Node], member: Member) -> None:
        """Puts a member in the place of the one that says the same in a short form."""
        key, value = pair
        if mapping.is_flow:
            self.splices.append(Splice(key.start, value.end, f"{member.name}: {render_flow(member.value)}"))
            return
        lines = render_entry(f"{render_scalar(member.name)}:", member.value, key.column)
        text = "\n".join([lines[0].lstrip(" "), *lines[1:]])
        self.splices.append(Splice(key.start, self._end_of(value), text))

    def _comment(self, value: Node, line_end: int) -> str:
        """The comment behind the sign of a block text, with the space before it."""
        found = _COMMENT.search(self._text, value.start, line_end) if value.style in ("|", ">") else None
        return found[0] if found else ""

    def _end_of(self, value: Node) -> int:
        """The end of a value; that of a block of lines with the comment behind its last one."""
        is_block = value.form in ("mapping", "sequence") and not value.is_flow
        return self._line_end(value.end) - 1 if is_block else value.end

    def _below(self, key: Node, new: Any, column: int | None = None) -> list[str]:
        """What is behind a colon, and the lines below it. `column` is that of the value that was there before."""
        indent = key.column
        head, *below = render_entry(":", new, indent)
        shift = (
            0 if column is None or column <= indent or not isinstance(new, Mapping | list) else column - indent - _STEP
        )
        moved = [
            f"{' ' * shift}{line}" if shift > 0 and line else line[-shift:] if shift < 0 else line for line in below
        ]
        return [head.strip(" ").removeprefix(":").strip(" "), *moved]

    def _insert(self, mapping: Node, name: str, new: Any, order: Sequence[str]) -> None:
        if not mapping.pairs:
            self.splices.append(Splice(mapping.start, mapping.end, render_flow({name: new})))
            return
        if mapping.is_flow:
            end = mapping.pairs[-1][1].end
            self.splices.append(Splice(end, end, f", {name}: {render_flow(new)}"))
            return
        earlier = set(order[: order.index(name)]) if name in order else set()
        before = [value for key, value in mapping.pairs if key.key in earlier] or [mapping.pairs[-1][1]]
        place = self._line_end(max(value.end for value in before))
        lines = render_entry(f"{render_scalar(name)}:", new, mapping.column)
        self.splices.append(Splice(place, place, self._lines(lines)))

    def _delete(self, mapping: Node, pair: tuple[Node, Node]) -> bool:
        """Removes the lines of a member, with the comments above it."""
        at = mapping.pairs.index(pair)
        key, value = pair
        start = self._line_end(mapping.pairs[at - 1][1].end) if at else self._line_start(key.start)
        if mapping.is_flow or len(mapping.pairs) == 1 or self._text[self._line_start(key.start) : key.start].strip(" "):
            return False
        self.splices.append(Splice(start, self._line_end(value.end), ""))
        return True

    def _inline(self, node: Node, new: Any, column: int) -> str | None:
        """The value on one line, in the quotes that it has now."""
        if isinstance(new, str) and node.form == "scalar" and node.style in ("'", '"') and new.isprintable():
            text = literal(new)
            return quote(text) if node.style == '"' else "'" + text.replace("'", "''") + "'"
        return render_inline(new, WIDTH - column)

    def _flow_text(self, node: Node, new: Any) -> str:
        if isinstance(new, str) and node.form == "scalar" and node.style in ("'", '"'):
            styled = self._inline(node, new, 0)
            if styled is not None and new.isprintable():
                return styled
        return render_flow(new)

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Behind the line break of the line that holds `index`."""
        return self._text.index("\n", index) + 1

    @staticmethod
    def _lines(lines: Sequence[str]) -> str:
        return "".join(f"{line}\n" for line in lines)
