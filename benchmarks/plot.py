"""Curves over a logarithmic scale, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 30, 40, 40


@dataclass(frozen=True, slots=True)
class Curve:
    """Measured points; the y axis begins at 0."""

    title: str
    points: Sequence[tuple[float, float]]


def draw(x_title: str, curves: Sequence[Curve]) -> str:
    """Draw each curve in its own panel, one above the other, with the same x axis."""
    panels = [_panel(curve, x_title, number * _HEIGHT) for number, curve in enumerate(curves)]
    height = _HEIGHT * len(curves)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
            f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
            *panels,
            "</svg>\n",
        ]
    )


def _panel(curve: Curve, x_title: str, top: int) -> str:
    powers = [math.log10(x) for x, _ in curve.points]
    first, last = math.floor(min(powers)), max(math.ceil(max(powers)), math.floor(min(powers)) + 1)
    step = _step(max(y for _, y in curve.points))
    most = step * math.ceil(max(y for _, y in curve.points) / step + 0.1)
    right, bottom = _WIDTH - _RIGHT, top + _HEIGHT - _BOTTOM

    def at(power: float, y: float) -> tuple[float, float]:
        across = _LEFT + (power - first) / (last - first) * (right - _LEFT)
        return round(across, 1), round(bottom - y / most * (_HEIGHT - _TOP - _BOTTOM), 1)

    drawn = [f'<text x="{_LEFT}" y="{top + 24}" font-weight="bold">{escape(curve.title)}</text>']
    for number in range(round(most / step) + 1):
        _, y = at(first, number * step)
        drawn.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        drawn.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{number * step:,g}</text>')
    for power in range(first, last + 1):
        x, _ = at(power, 0)
        drawn.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{10**power:,}</text>')
    drawn.append(f'<text x="{right}" y="{bottom + 32}" text-anchor="end">{escape(x_title)}</text>')
    places = [at(power, y) for power, (_, y) in zip(powers, curve.points, strict=True)]
    line = " ".join(f"{x},{y}" for x, y in places)
    drawn.append(f'<polyline points="{line}" fill="none" stroke="#1a5fb4" stroke-width="2"/>')
    drawn += [f'<circle cx="{x}" cy="{y}" r="4" fill="#1a5fb4"/>' for x, y in places]
    return "\n".join(drawn)


def _step(most: float) -> float:
    """A round number, of which there are three to seven in the largest."""
    power = 10.0 ** math.floor(math.log10(most / 3))
    return next(power * part for part in (5, 2, 1) if most / (power * part) >= 3)
