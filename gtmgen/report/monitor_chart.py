"""A chart of an event's days as inline SVG: both sides, what is usual, and where findings are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from gtmgen.monitor.model import MonitorFinding, Series
from gtmgen.text import printable

_WIDTH, _HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 24
_STEPS = (1, 2, 5)


class _Scale(NamedTuple):
    first: date
    days: int
    most: float

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(self.days - 1, 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, records: float) -> float:
        share = min(records, self.most) / self.most
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def draw_chart(sides: Sequence[Series], findings: Sequence[MonitorFinding]) -> Markup:
    """The series of one event, which have the same days, with its findings marked."""
    days = [point.day for point in sides[0].points]
    top = max((point.records for series in sides for point in series.points), default=1)
    scale = _Scale(days[0], len(days), _round_up(max(top, 1) * 1.05))
    parts = [*_write_grid(scale), *_draw_marks(scale, findings)]
    for series in sides:
        parts += _write_band(scale, series)
    for series in sides:
        parts.append(_draw_line(scale, series))
    parts += _list_months(scale, days)
    return Markup(  # noqa: S704  (numbers, and text that is escaped)
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{_format_label(sides, findings)}">'
        f"{''.join(parts)}</svg>"
    )


def _format_label(sides: Sequence[Series], findings: Sequence[MonitorFinding]) -> str:
    names = " and ".join(
        f"{sum(point.records for point in series.points):,} of the {series.side}"
        for series in sides
    )
    label = "; ".join(f"{one.rule} from {one.first}" for one in findings)
    return str(_escape(f"Records of {sides[0].event} by day: {names}. {label or 'No finding'}."))


def _escape(text: str) -> Markup:
    return escape(printable(text))


def _round_up(value: float) -> float:
    power = 1.0
    while power * 10 < value:
        power *= 10
    return next((step * power for step in _STEPS if step * power >= value), 10 * power)


def _write_grid(scale: _Scale) -> Iterator[str]:
    for part in (0.0, 0.5, 1.0):
        y = scale.y(scale.most * part)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        label = f"{scale.most * part:,.10g}"
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'


def _list_months(scale: _Scale, days: Sequence[date]) -> Iterator[str]:
    ticks = [day for day in days if day.day == 1] if len(days) > 45 else days[::7]
    for day in ticks:
        x = scale.x(day)
        if _LEFT + 12 <= x <= _WIDTH - _RIGHT - 18:
            label = f"{day.day} {day:%b}"
            yield f'<text x="{x:.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{label}</text>'


def _draw_marks(scale: _Scale, findings: Sequence[MonitorFinding]) -> Iterator[str]:
    half = (_WIDTH - _LEFT - _RIGHT) / max(scale.days - 1, 1) / 2
    for finding in findings:
        start, end = scale.x(finding.first) - half, scale.x(finding.last) + half
        start, end = max(start, _LEFT), min(end, _WIDTH - _RIGHT)
        title = _escape(f"{finding.rule}: {finding.message}")
        yield (
            f'<rect class="mark" x="{start:.1f}" y="{_TOP}" width="{max(end - start, 2):.1f}" '
            f'height="{_HEIGHT - _TOP - _BOTTOM}"><title>{title}</title></rect>'
        )


def _write_band(scale: _Scale, series: Series) -> list[str]:
    points = [point for point in series.points if point.low is not None and point.high is not None]
    if len(points) < 2:
        return []
    upper = [f"{scale.x(one.day):.1f} {scale.y(one.high or 0):.1f}" for one in points]
    lower = [f"{scale.x(one.day):.1f} {scale.y(one.low or 0):.1f}" for one in reversed(points)]
    return [f'<path class="band" d="M{"L".join([*upper, *lower])}Z"/>']


def _draw_line(scale: _Scale, series: Series) -> str:
    points = [f"{scale.x(one.day):.1f} {scale.y(one.records):.1f}" for one in series.points]
    return f'<path class="line {series.side}" d="M{"L".join(points)}"/>'
