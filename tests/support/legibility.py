"""What is hard to read of a page in Chromium: text that is cut off or too faint, words broken over two lines, what is too wide."""

from __future__ import annotations

from typing import Any

from tests.support.chromium import Tab

LEAST_CONTRAST = 4.5
"""That of WCAG AA, for text of normal size."""
_TEXTS = """
const forEars = box => box.closest('.vh, .skip, style') ||
  (box.closest('thead') && getComputedStyle(box.closest('thead')).position === 'absolute');
const texts = () => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walk.nextNode());) {
    const box = node.parentElement;
    if (!node.data.trim() || !box.checkVisibility() || forEars(box)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    found.push({node, box, rects: [...range.getClientRects()].filter(it => it.width)});
  }
  return found;
};
"""
_CUT = """
const edgesOf = box => { const all = []; for (; box; box = box.parentElement)
  if (getComputedStyle(box).overflowX !== 'visible') all.push(box.getBoundingClientRect()); return all; };
const isIn = (it, edge) => it.top < edge.bottom - 1 && it.bottom > edge.top + 1;
const isOver = (it, edge) => it.right > edge.right + 1 || it.left < edge.left - 1;
return texts().filter(({box, rects}) => { const edges = edgesOf(box);
  return rects.some(it => edges.every(edge => isIn(it, edge)) && edges.some(edge => isOver(it, edge))); })
  .map(({node}) => node.data.trim().slice(0, 60))
"""
_FAINT = """
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(it => it / 255).map(it => it <= .04045 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4)
  .reduce((sum, it, at) => sum + it * [.2126, .7152, .0722][at], 0);
const paper = box => { for (; box; box = box.parentElement) { const c = numbers(getComputedStyle(box).backgroundColor);
  if (c.length === 3 || c[3] === 1) return c; } return DARK ? [18, 18, 18] : [255, 255, 255]; };
const contrast = box => { const [low, high] = [light(numbers(getComputedStyle(box).color)), light(paper(box))].sort((a, b) => a - b);
  return (high + .05) / (low + .05); };
return texts().filter(({box}) => contrast(box) < LEAST)
  .map(({node, box}) => `${node.data.trim().slice(0, 60)} (${contrast(box).toFixed(2)})`)
"""
_BROKEN = """
const linesOf = (node, from, to) => { const range = document.createRange(); range.setStart(node, from); range.setEnd(node, to);
  return new Set([...range.getClientRects()].filter(it => it.width).map(it => Math.round(it.top))).size; };
return texts().flatMap(({node}) => [...node.data.matchAll(/(?<!\\S)[^\\s\\/-]{2,20}(?!\\S)/g)]
  .filter(it => linesOf(node, it.index, it.index + it[0].length) > 1).map(it => it[0]))
"""
_WIDE = """
return [...document.querySelectorAll('body *')].filter(it => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth + 1
  && !it.closest('.bar, .days') && !forEars(it)).map(it => it.outerHTML.slice(0, 80))
"""


def find_faults(tab: Tab, scheme: str) -> dict[str, list[str]]:
    """What cannot be read of the open page, by fault, in the colours of `scheme`; empty where all of it can."""
    tab.emulate(prefers_color_scheme=scheme)
    faint = _FAINT.replace("DARK", str(scheme == "dark").lower()).replace("LEAST", str(LEAST_CONTRAST))
    found = {"cut": _run(tab, _CUT), "faint": _run(tab, faint), "wide": _run(tab, _WIDE)}
    found["broken"] = _run(tab, _BROKEN)
    return {fault: texts for fault, texts in found.items() if texts}


def _run(tab: Tab, script: str) -> Any:
    return tab.evaluate(f"(() => {{ {_TEXTS} {script} }})()")
