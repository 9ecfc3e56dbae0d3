"""The graph as Mermaid and as DOT: text that another program draws, in which no name can be more than a name."""

from __future__ import annotations

from pdsync.oncall.graph import GRAPH_KINDS, Edge, Graph, Node
from pdsync.report.text.safe_text import safe_text

_MERMAID_SHAPES = {
    "business_service": '[["{}"]]',
    "service": '["{}"]',
    "escalation_policy": '{{{{"{}"}}}}',
    "schedule": '[/"{}"/]',
    "user": '(["{}"])',
    "team": '("{}")',
}
_DOT_SHAPES = {
    "business_service": "component",
    "service": "box",
    "escalation_policy": "hexagon",
    "schedule": "parallelogram",
    "user": "ellipse",
    "team": "oval",
}
_FILLS = {
    "business_service": "#f3dcdc",
    "service": "#dbe7f6",
    "escalation_policy": "#f6e6c9",
    "schedule": "#dcefe0",
    "user": "#efe3f3",
    "team": "#e6e6e6",
}
_PLAIN = frozenset(" _,:/@")
"""What Mermaid leaves alone inside of quotes, besides letters and digits."""


def render_mermaid(graph: Graph) -> str:
    """A Mermaid flowchart, as code hosts draw it in Markdown. Ends in a line break."""
    names = graph.names
    lines = ["flowchart LR"]
    for node in graph.nodes:
        label = _mermaid_text(node.name)
        if node.teams:
            label += "<br/>" + _mermaid_text(", ".join(node.teams))
        unknown = "" if node.known else ":::unknown"
        lines.append(f"  {names[node.ref]}{_MERMAID_SHAPES[node.kind].format(label)}{unknown}")
    for edge in graph.edges:
        text = edge_text(edge)
        label = f"|{text}|" if text else ""
        lines.append(f"  {names[edge.source]} -->{label} {names[edge.target]}")
    for kind in GRAPH_KINDS:
        of_kind = [names[node.ref] for node in graph.nodes if node.kind == kind and node.known]
        if of_kind:
            lines += [
                f"  classDef {kind} fill:{_FILLS[kind]},stroke:#667,color:#111",
                f"  class {','.join(of_kind)} {kind}",
            ]
    lines.append("  classDef unknown fill:#fff,stroke:#667,color:#111,stroke-dasharray:4 3")
    return "\n".join(lines) + "\n"


def render_dot(graph: Graph) -> str:
    """A digraph for Graphviz. Ends in a line break."""
    names = graph.names
    lines = [
        "digraph pdsync {",
        "  rankdir=LR;",
        '  node [style=filled, fontname="Helvetica", fontsize=11, color="#666677"];',
        '  edge [fontname="Helvetica", fontsize=9, color="#666677"];',
    ]
    for node in graph.nodes:
        fill = f'fillcolor="{_FILLS[node.kind]}"' if node.known else 'style=dashed, fillcolor="white"'
        lines.append(f'  {names[node.ref]} [label="{_dot_label(node)}", shape={_DOT_SHAPES[node.kind]}, {fill}];')
    for edge in graph.edges:
        text = edge_text(edge)
        label = f' [label="{text}"]' if text else ""
        lines.append(f"  {names[edge.source]} -> {names[edge.target]}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def edge_text(edge: Edge) -> str:
    """What an edge says: ``level 1``, ``levels 1, 3``, ``subscriber`` or nothing."""
    if not edge.levels:
        return "subscriber" if edge.is_subscription else ""
    word = "level" if len(edge.levels) == 1 else "levels"
    return f"{word} {', '.join(map(str, edge.levels))}"


def _mermaid_text(text: str) -> str:
    """Everything that Mermaid, Markdown or HTML could take for a sign as Mermaid's code of the character."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in safe_text(text))


def _dot_label(node: Node) -> str:
    """Graphviz reads backslashes and HTML's entities in a label."""
    return "\\n".join(map(_dot_text, [node.name, *([", ".join(node.teams)] if node.teams else [])]))


def _dot_text(text: str) -> str:
    return safe_text(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
