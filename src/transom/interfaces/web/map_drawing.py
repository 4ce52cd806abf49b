"""The map as a drawing: where dots, names and outlines stand on a sheet of fixed size, so that nothing overlaps."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import dist
from statistics import median
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from transom.apps.people.selectors.field_map import Cluster, FieldMap, Placed

WIDTH: Final = 960
HEIGHT: Final = 680
MARGIN_X: Final = 90
MARGIN_Y: Final = 48
SIZE: Final = 14
TITLE: Final = 15
MOST_NAMES: Final = 70
FAR: Final = 2.2

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody's dot; `label` is empty where their name found no room (the list beside has it)."""

    name: str
    href: str
    x: float
    y: float
    r: float
    known: bool
    label: str = ""
    label_x: float = 0
    label_y: float = 0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Area:
    """A cluster: its number and title, its outline, and where the title stands."""

    number: int
    title: str
    outline: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template draws, in units of a sheet of `width` by `height`."""

    areas: list[Area]
    dots: list[Dot]
    lines: list[tuple[float, float, float, float]]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(slots=True)
class _Sheet:
    """What is taken already."""

    taken: list[Box] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= HEIGHT - 2
        return inside and not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self.taken
        )

    def take(self, box: Box) -> None:
        self.taken.append(box)


def title_of(cluster: Cluster) -> str:
    """What a cluster is called: ``Moth Working Group``, ``Around Ada and Ben``."""
    if cluster.label:
        return cluster.label
    first, *others = (one.person.name for one in cluster.people[:2])
    if not others:
        return _("Around %(name)s") % {"name": first}
    return _("Around %(name)s and %(other)s") % {"name": first, "other": others[0]}


def draw(field_map: FieldMap, known: Iterable[int]) -> Drawing:
    """`known` are keys of people whom the user follows or knows: theirs are the filled dots."""
    at = _scaled(field_map.people)
    marked = set(known)
    most = max(one.value for one in field_map.people) or 1.0
    radii = [3.5 + 6.5 * (one.value / most) ** 1.5 for one in field_map.people]
    sheet = _Sheet()
    for (x, y), r in zip(at, radii, strict=True):
        sheet.take((x - r, y - r, x + r, y + r))
    place = {one.person.pk: at[number] for number, one in enumerate(field_map.people)}
    areas = [
        _area(number, cluster, [place[one.person.pk] for one in cluster.people], sheet)
        for number, cluster in enumerate(field_map.clusters, 1)
        if cluster.people
    ]
    order = sorted(range(len(at)), key=lambda number: -field_map.people[number].value)
    named = {
        number: _label(field_map.people[number].person.name, *at[number], radii[number], sheet)
        for number in order[:MOST_NAMES]
    }
    dots = [
        _dot(one, at[number], radii[number], one.followed or one.person.pk in marked, named.get(number))
        for number, one in enumerate(field_map.people)
    ]
    return Drawing(areas, dots, [(*at[a], *at[b]) for a, b in field_map.lines])


def _scaled(people: Sequence[Placed]) -> list[tuple[float, float]]:
    left, right = min(one.x for one in people), max(one.x for one in people)
    top, bottom = min(one.y for one in people), max(one.y for one in people)
    wide, high = max(right - left, 1e-6), max(bottom - top, 1e-6)
    return [
        (
            round(MARGIN_X + (one.x - left) / wide * (WIDTH - 2 * MARGIN_X), 1),
            round(MARGIN_Y + (one.y - top) / high * (HEIGHT - 2 * MARGIN_Y), 1),
        )
        for one in people
    ]


def _dot(
    one: Placed, at: tuple[float, float], r: float, known: bool, label: tuple[float, float, str] | None
) -> Dot:
    href = reverse("web:person", args=[one.person.pk])
    dot = Dot(one.person.name, href, *at, round(r, 1), known)
    if label is None:
        return dot
    x, y, anchor = label
    return replace(dot, label=one.person.name, label_x=x, label_y=y, anchor=anchor)


def width_of(text: str, size: float) -> float:
    """How wide a text is about, in the units of the sheet."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return size * (0.54 * (len(text) - wide) + wide)


def _label(name: str, x: float, y: float, r: float, sheet: _Sheet) -> tuple[float, float, str] | None:
    """Right of the dot, left of it, below or above: where there is room first; None where there is none."""
    wide, half = width_of(name, SIZE), SIZE * 0.62
    gap = r + 4
    tries = (
        ((x + gap, y - half, x + gap + wide, y + half), (x + gap, y + SIZE * 0.34, "start")),
        ((x - gap - wide, y - half, x - gap, y + half), (x - gap, y + SIZE * 0.34, "end")),
        (
            (x - wide / 2, y + gap - 1, x + wide / 2, y + gap + 2 * half),
            (x, y + gap + SIZE * 0.8, "middle"),
        ),
        (
            (x - wide / 2, y - gap - 2 * half, x + wide / 2, y - gap + 1),
            (x, y - gap - SIZE * 0.1, "middle"),
        ),
    )
    for box, (label_x, label_y, anchor) in tries:
        if sheet.is_free(box):
            sheet.take(box)
            return round(label_x, 1), round(label_y, 1), anchor
    return None


def _area(number: int, cluster: Cluster, points: Sequence[tuple[float, float]], sheet: _Sheet) -> Area:
    points = _together(points)
    title = f"{number}  {title_of(cluster)}"
    wide = width_of(title, TITLE) * 1.15
    middle = sum(x for x, _ in points) / len(points)
    middle = min(max(middle, wide / 2 + 4), WIDTH - wide / 2 - 4)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    spots = [top - 22, *(top - 22 - step for step in (18, 36)), bottom + 30, bottom + 48, (top + bottom) / 2]
    x, y = middle, max(top - 22, TITLE + 2)
    for spot in spots:
        for shift in (0, -60, 60, -120, 120):
            box = (middle + shift - wide / 2, spot - TITLE, middle + shift + wide / 2, spot + 5)
            if sheet.is_free(box):
                sheet.take(box)
                return Area(number, title_of(cluster), _path(_hull(points)), round(middle + shift, 1), spot)
    return Area(number, title_of(cluster), _path(_hull(points)), round(x, 1), round(y, 1))


def _together(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without those who stand far out: an outline that reached for them would cover others."""
    middle = median(x for x, _ in points), median(y for _, y in points)
    far = {point: dist(point, middle) for point in points}
    return [point for point in points if far[point] <= FAR * median(far.values())] or list(points)


def _hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The convex hull (Andrew, *Another efficient algorithm for convex hulls in two dimensions*, 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(some: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for x, y in some:
            while len(found) > 1 and _turn(found[-2], found[-1], (x, y)) <= 0:
                found.pop()
            found.append((x, y))
        return found[:-1]

    return half(ordered) + half(reversed(ordered))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
