"""Plots, drawn on the server by pygal and stripped to what a page under a strict policy needs.

Colours and type come from static/transom/community.css by class; nothing is loaded, styled or run within the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pygal
from django.utils.safestring import SafeString, mark_safe
from lxml import etree
from pygal.style import Style

WIDTH, HEIGHT = 560, 150
LABELS = Style(label_font_size=17, major_label_font_size=17)
"""Only their size is asked for, to leave room for them; how they look is said in the style sheet."""
SVG = "{http://www.w3.org/2000/svg}"
DROPPED = ("defs", "style", "script", "desc", "title")


def share_plot(
    shares: Sequence[float], labels: Sequence[str], *, key: str, title: str, says: str
) -> SafeString:
    """A line of shares (0..1) over months as SVG with a title and a description; `key` makes its ids its own.

    Raises ValueError where there are not as many labels as shares.
    """
    if len(shares) != len(labels):
        raise ValueError(f"a plot of {len(shares)} shares needs as many labels, not {len(labels)}")
    top = max([*shares, 0.05])
    chart = pygal.Line(
        width=WIDTH,
        height=HEIGHT,
        style=LABELS,
        truncate_label=-1,
        margin=8,
        margin_right=30,
        spacing=6,
        show_legend=False,
        show_x_guides=False,
        dots_size=2.5,
        js=[],
        css=[],
        no_prefix=True,
        disable_xml_declaration=True,
        pretty_print=False,
        range=(0, top),
    )
    chart.x_labels = [label if at % 3 == (len(labels) - 1) % 3 else "" for at, label in enumerate(labels)]
    chart.y_labels = [{"value": 0, "label": "0 %"}, {"value": top, "label": f"{top:.0%}".replace("%", " %")}]
    chart.add(title, list(shares))
    return mark_safe(_plain(chart.render(), key, title, says))  # noqa: S308  (all text in it is escaped by lxml)


def _plain(raw: bytes, key: str, title: str, says: str) -> str:
    root = etree.fromstring(raw)
    etree.strip_elements(root, *(f"{SVG}{name}" for name in DROPPED), etree.Comment, with_tail=False)
    for element in root.iter():
        for name in ("style", "id", "onclick", "onmouseover"):
            element.attrib.pop(name, None)
    for group in list(root.iter(f"{SVG}g")):
        if "text-overlay" in group.get("class", "") or "tooltip" in group.get("class", ""):
            parent = group.getparent()
            if parent is not None:
                parent.remove(group)
    root.set("role", "img")
    root.set("class", "drawing")
    root.set("aria-labelledby", f"{key}-title {key}-says")
    for name, text in (("says", says), ("title", title)):
        made = etree.Element(f"{SVG}{'desc' if name == 'says' else 'title'}", id=f"{key}-{name}")
        made.text = text
        root.insert(0, made)
    return str(etree.tostring(root, encoding="unicode"))
