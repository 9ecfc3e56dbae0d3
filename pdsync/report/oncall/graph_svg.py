"""The graph as a picture: a column for each kind, in the order in which an incident reaches them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any, TypeAlias

from pdsync.model import Ref
from pdsync.oncall.graph import GRAPH_KINDS, Edge, Graph, Node, kind_in_graph
from pdsync.report.oncall.graph_text import edge_text
from pdsync.report.text.safe_text import cell_width, safe_text

_BOX_W, _BOX_H, _COLUMN, _ROW, _LANE, _MARGIN, _HEAD = 208, 34, 300, 44, 16, 20, 40
_CELLS, _SMALL_CELLS = 27, 32
_SWEEPS = 6
_HEADS = {
    "business_service": "Business services",
    "service": "Services",
    "escalation_policy": "Policies",
    "schedule": "Schedules",
    "user": "People",
    "team": "Teams",
}
_STYLE = """
svg { background: #fff; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
text { fill: #1c2430; font-size: 13px; } .head { font-size: 12px; fill: #5b6675; letter-spacing: .04em; }
.teams, .level { font-size: 10px; fill: #5b6675; } .level { font-size: 9px; } .edge { fill: none; stroke: #a9b4c2; stroke-width: 1.4; }
rect { stroke-width: 1; } .unknown rect { stroke-dasharray: 4 3; fill: none; }
.service rect { fill: #e8f0fa; stroke: #8fb0d8; } .escalation_policy rect { fill: #fbf1dc; stroke: #d9b975; }
.schedule rect { fill: #e5f3e8; stroke: #8cc29a; } .user rect { fill: #f3eaf6; stroke: #bb9cc7; }
.business_service rect { fill: #f9e9e9; stroke: #d39a9a; } .team rect { fill: #eeeff1; stroke: #a9b0ba; }
@media (prefers-color-scheme: dark) {
svg { background: #12161c; } text { fill: #e4e9f0; } .head, .teams, .level { fill: #9aa7b8; } .edge { stroke: #4d5a6b; }
.service rect { fill: #1c2a3d; stroke: #47658c; } .escalation_policy rect { fill: #33291a; stroke: #7d6536; }
.schedule rect { fill: #1b2f21; stroke: #437350; } .user rect { fill: #2c2232; stroke: #6d4f79; }
.business_service rect { fill: #3a2020; stroke: #7d4a4a; } .team rect { fill: #23272e; stroke: #59626f; } }
"""

_Places: TypeAlias = dict[Ref | Edge, float]


def render_svg(graph: Graph) -> str:
    """An SVG document, the same to the byte for the same graph. Foreign text is in elements of text only."""
    import drawsvg

    columns = [kind for kind in GRAPH_KINDS if any(node.kind == kind for node in graph.nodes)]
    left = {kind: _MARGIN + at * _COLUMN for at, kind in enumerate(columns)}
    top = _places(graph, columns)
    width = 2 * _MARGIN + max(0, len(columns) - 1) * _COLUMN + _BOX_W
    height = round(_MARGIN + max([0, *(place + _BOX_H for place in top.values())]), 1)
    drawing = drawsvg.Drawing(width, height, role="img", context=drawsvg.Context())
    drawing.append_title("Business services, services, escalation policies, schedules and people")
    drawing.append_css(_STYLE)
    for kind in columns:
        drawing.append(drawsvg.Text(_HEADS[kind].upper(), None, left[kind], _MARGIN + 8, class_="head"))
    for edge, points in _routes(graph, columns, top):
        drawing.append(_edge(drawsvg, edge, points))
    for node in graph.nodes:
        drawing.append(_box(drawsvg, node, left[node.kind], top[node.ref]))
    return str(drawing.as_svg()) + "\n"


def _box(drawsvg: Any, node: Node, x: float, y: float) -> Any:
    group = drawsvg.Group(class_=node.kind if node.known else f"{node.kind} unknown")
    group.append_title(safe_text(node.name))
    group.append(drawsvg.Rectangle(x, y, _BOX_W, _BOX_H, rx=6))
    teams = ", ".join(node.teams)
    group.append(drawsvg.Text(_cut(node.name, _CELLS), None, x + 10, y + (16 if teams else 21.5)))
    if teams:
        group.append(drawsvg.Text(_cut(teams, _SMALL_CELLS), None, x + 10, y + 28, class_="teams"))
    return group


def _edge(drawsvg: Any, edge: Edge, points: list[tuple[float, float]]) -> Any:
    """A line through these points, of which every second one is where it leaves a column."""
    group = drawsvg.Group()
    path = drawsvg.Path(class_="edge").M(*points[0])
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) / 2
        path = path.L(x2, y2) if y1 == y2 else path.C(middle, y1, middle, y2, x2, y2)
    group.append(path)
    if text := edge_text(edge):
        group.append_title(text)
    if edge.levels:
        x, y = points[-1]
        text = ", ".join(map(str, edge.levels))
        group.append(drawsvg.Text(text, None, x - 5, round(y - 2, 1), text_anchor="end", class_="level"))
    return group


def _routes(graph: Graph, columns: list[str], top: _Places) -> Iterator[tuple[Edge, list[tuple[float, float]]]]:
    """The points that each edge runs through. Edges of one box start and end apart from one another."""
    out, into = defaultdict(list), defaultdict(list)
    for edge in graph.edges:
        lane = edge if edge in top else None
        out[edge.source].append((top[lane or edge.target], edge))
        into[edge.target].append((top[lane or edge.source], edge))
    starts = {edge: y for ref, edges in out.items() for edge, y in _spread(top[ref], edges)}
    ends = {edge: y for ref, edges in into.items() for edge, y in _spread(top[ref], edges)}
    left = {kind: _MARGIN + at * _COLUMN for at, kind in enumerate(columns)}
    for edge in graph.edges:
        points = [(left[kind_in_graph(edge.source)] + _BOX_W, starts[edge])]
        if edge in top:
            lane_y = round(top[edge] + _LANE / 2, 1)
            middle = left["schedule"]
            points += [(middle, lane_y), (middle + _BOX_W, lane_y)]
        yield edge, [*points, (left[kind_in_graph(edge.target)], ends[edge])]


def _spread(y: float, edges: list[tuple[float, Edge]]) -> Iterator[tuple[Edge, float]]:
    ordered = [edge for _, edge in sorted(edges, key=itemgetter(0))]
    step = min(9.5, (_BOX_H - 5) / max(1, len(ordered) - 1))
    first = y + _BOX_H / 2 - step * (len(ordered) - 1) / 2
    for at, edge in enumerate(ordered):
        yield edge, round(first + step * at, 1)


def _places(graph: Graph, columns: list[str]) -> _Places:
    """How high each box is: near what it is connected with, and in an order in which few edges cross.

    An edge from a policy to a person gets a place of its own between the schedules, so that it runs behind none of them.
    """
    stacks: dict[str, list[Ref | Edge]] = {
        kind: [node.ref for node in graph.nodes if node.kind == kind] for kind in columns
    }
    neighbours: dict[Ref | Edge, list[Ref | Edge]] = defaultdict(list)
    for edge in graph.edges:
        way: list[Ref | Edge] = [edge.source, edge.target]
        if edge.source.kind == "escalation_policy" and edge.target.kind == "user" and "schedule" in columns:
            way.insert(1, edge)
            stacks["schedule"].append(edge)
        for first, second in pairwise(way):
            neighbours[first].append(second)
            neighbours[second].append(first)
    top: _Places = {item: at * _ROW for stack in stacks.values() for at, item in enumerate(stack)}
    for sweep in range(_SWEEPS):
        for kind in columns if sweep % 2 else reversed(columns):
            wanted = {item: _mean(top, neighbours[item], top[item]) for item in stacks[kind]}
            # A stable order: what wants the same place stays in the order of names.
            stacks[kind].sort(key=wanted.__getitem__)
            top.update(_settle(stacks[kind], wanted))
    lowest = min(top.values(), default=0)
    return {item: round(y - lowest + _MARGIN + _HEAD, 1) for item, y in top.items()}


def _mean(top: _Places, others: list[Ref | Edge], default: float) -> float:
    return sum(top[other] for other in others) / len(others) if others else default


def _settle(stack: list[Ref | Edge], wanted: _Places) -> _Places:
    """Places in this order and apart from each other, as near to the wanted ones as that allows (least squares)."""
    offsets = list(accumulate((_LANE if isinstance(item, Edge) else _ROW for item in stack), initial=0))
    blocks: list[tuple[float, int]] = []
    for item, offset in zip(stack, offsets, strict=False):
        blocks.append((wanted[item] - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (upper, first), (lower, second) = blocks[-2:]
            blocks[-2:] = [((upper * first + lower * second) / (first + second), first + second)]
    starts = (start for start, count in blocks for _ in range(count))
    return {item: start + offset for item, start, offset in zip(stack, starts, offsets, strict=False)}


def _cut(text: str, cells: int) -> str:
    shown = safe_text(text)
    if cell_width(shown) <= cells:
        return shown
    while cell_width(shown) > cells - 1:
        shown = shown[:-1]
    return shown + "…"
