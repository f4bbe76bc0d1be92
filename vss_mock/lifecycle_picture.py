"""The life of a request as a picture, drawn from the table that the simulator runs on.

Pure: the table in, SVG out. What is drawn is the table's; where it stands, `lifecycle_layout` says.
Jobs that differ in their work alone share a drawing. An arrow from the edge of a frame leads on
from every state inside, so that the same way need not be drawn many times.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from vss_mock.lifecycle_diagram import STATUS_WORDS, TITLES
from vss_mock.lifecycle_layout import (
    SNAPSHOT,
    STYLE,
    THE_WORK,
    WORK_ALONE,
    Drawing,
    Frame,
    Point,
)
from vss_mock.simulator.lifecycle import TIMED, TRANSITIONS, WORK, Event, Job, State

WIDTH: Final = 1120
BOX: Final = (132, 40)
"""How wide and how high a state is drawn."""
SPACE: Final = "http://www.w3.org/2000/svg"
SAID: Final = (
    "For each job that a request is made for: its states as boxes, and as arrows what leads from "
    "one to the next. Dashed arrows are what time brings. An arrow from the edge of a frame leads "
    "on from every state inside; a double edge says that nothing leads on."
)
HEAD: Final = (
    '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 1L10 5L0 9z"/></marker>'
)
LEGEND: Final = (
    ("by the clock, when it is due", 24),
    ("by a call, or by a fault", 292),
    ("an arrow from a frame leads on from every state inside", 530),
    ("the end", 970),
)
"""What each kind of line means, and where that is written."""

Ways = Mapping[tuple[str, State], Sequence[State]]
"""Where an event's name and the state it leads to are found: the states it leads on from."""


def svg() -> str:
    """Return the picture as one SVG document, without a closing line break."""
    panels = [_panel(jobs) for jobs in _alike()]
    first, *others = panels
    height = SNAPSHOT.height + WORK_ALONE.height + 70
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="{SPACE}" {size} role="img" aria-labelledby="title said">',
        '<title id="title">The life of a request</title>',
        f'<desc id="said">{SAID}</desc>',
        f"<style>\n{STYLE}\n</style>",
        f"<defs>{HEAD}</defs>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        *first,
    ]
    for column, panel in enumerate(others):
        lines += [
            f'<g transform="translate({column * WIDTH // 2} {SNAPSHOT.height + 10})">',
            *panel,
            "</g>",
        ]
    lines += [*_legend(height - 26), "</svg>"]
    return "\n".join(lines)


def _alike() -> list[list[Job]]:
    """Return the jobs, those together that differ in their work alone."""
    groups: dict[tuple[object, ...], list[Job]] = {}
    for job in TRANSITIONS:
        shape = tuple((way, tuple(states)) for way, states in ways_of(job).items())
        groups.setdefault(shape, []).append(job)
    return list(groups.values())


def ways_of(job: Job) -> Ways:
    """Return a job's ways by event and target, its work under the name that all works have."""
    ways: dict[tuple[str, State], list[State]] = {}
    for before, events in TRANSITIONS[job].items():
        for event, after in events.items():
            name = THE_WORK if event is WORK[job] else event.value
            ways.setdefault((name, after), []).append(before)
    return ways


def _panel(jobs: Sequence[Job]) -> list[str]:
    """Return the drawing of jobs that are alike."""
    job = jobs[0]
    drawing = SNAPSHOT if job is Job.CREATE else WORK_ALONE
    title = ", or ".join(TITLES[each] for each in jobs)
    work = " / ".join(WORK[each] for each in jobs)
    states = TRANSITIONS[job]
    lines = [f'<text class="title" x="24" y="36">{escape(title[0].upper() + title[1:])}</text>']
    lines += [
        f'<rect class="frame" x="{frame.left}" y="{frame.top}" width="{frame.right - frame.left}" '
        f'height="{frame.bottom - frame.top}" rx="16"/>'
        for frame in drawing.frames
    ]
    lines += _begin(drawing.frames[0].left - 28, drawing.places[next(iter(states))])
    for (name, after), sources in ways_of(job).items():
        lines += _ways(drawing, name, work, sources, after)
    for state, ways in states.items():
        lines += _state(state, drawing.places[state], ends=not ways)
    return lines


def _ways(
    drawing: Drawing, name: str, work: str, sources: Sequence[State], after: State
) -> Iterator[str]:
    """Yield the arrows of one event to one state: from the frame of its states, or from each."""
    frames = [n for n, frame in enumerate(drawing.frames) if frame.states == frozenset(sources)]
    timed = name == THE_WORK or Event(name) in TIMED
    label = work if name == THE_WORK else name
    for source in frames[:1] or sources:
        route = drawing.routes[source, name]
        if isinstance(source, int):
            start = _on_frame(drawing.frames[source], route.leaves)
            told = sources
        else:
            start = _on_state(drawing.places[source], route.leaves)
            told = [source]
        end = _on_state(drawing.places[after], route.arrives)
        names = ", ".join(STATUS_WORDS[each] for each in told)
        yield "<g>"
        yield f"<title>{names}: {label} → {STATUS_WORDS[after]}</title>"
        if source == after:
            path, middle = _loop(start, route.leaves)
        else:
            path = f"M{_spelled(start)} L{_spelled(end)}"
            middle = (
                start[0] + (end[0] - start[0]) * route.at + route.aside[0],
                start[1] + (end[1] - start[1]) * route.at + route.aside[1],
            )
        yield f'<path class="way{" due" if timed else ""}" d="{path}"/>'
        yield f'<text class="label" x="{middle[0]:g}" y="{middle[1]:g}">{escape(label)}</text>'
        yield "</g>"


def _loop(start: Point, side: str) -> tuple[str, Point]:
    """Return the path of an arrow that comes back to its state, and where its label stands."""
    x, y = start
    if side.startswith("t"):
        path = f"M{x - 16:g} {y:g} C{x - 26:g} {y - 34:g} {x + 26:g} {y - 34:g} {x + 16:g} {y:g}"
        return path, (x + 62, y - 20)
    path = f"M{x:g} {y - 10:g} C{x + 40:g} {y - 22:g} {x + 40:g} {y + 22:g} {x:g} {y + 10:g}"
    return path, (x + 58, y + 4)


def _on_state(place: Point, side: str) -> Point:
    """Return a place on the edge of a state's box."""
    (x, y), (width, height), off = place, BOX, float(side[1:] or 0)
    return {
        "l": (x - width / 2, y + off),
        "r": (x + width / 2, y + off),
        "t": (x + off, y - height / 2),
        "b": (x + off, y + height / 2),
    }[side[0]]


def _on_frame(frame: Frame, side: str) -> Point:
    """Return a place on the edge of a frame."""
    along = float(side[1:])
    return {
        "l": (frame.left, along),
        "r": (frame.right, along),
        "t": (along, frame.top),
        "b": (along, frame.bottom),
    }[side[0]]


def _begin(x: float, first: Point) -> list[str]:
    """Return the dot where every request begins, and the arrow to its first state."""
    y = first[1]
    return [
        f'<circle class="start" cx="{x:g}" cy="{y:g}" r="6"/>',
        f'<path class="way" d="M{x + 6:g} {y:g} L{first[0] - BOX[0] / 2:g} {y:g}"/>',
    ]


def _state(state: State, place: Point, *, ends: bool) -> Iterator[str]:
    """Yield the box of a state, with a double edge if nothing leads on."""
    (x, y), (width, height) = place, BOX
    kind = state.value.replace(" ", "-")
    yield (
        f'<rect class="state {kind}" x="{x - width / 2:g}" y="{y - height / 2:g}" '
        f'width="{width}" height="{height}" rx="10"/>'
    )
    if ends:
        yield (
            f'<rect class="inner" x="{x - width / 2 + 3:g}" y="{y - height / 2 + 3:g}" '
            f'width="{width - 6}" height="{height - 6}" rx="7"/>'
        )
    yield f'<text x="{x:g}" y="{y + 5:g}">{escape(STATUS_WORDS[state])}</text>'


def _legend(y: float) -> Iterator[str]:
    """Yield what says how to read the lines."""
    samples = (
        '<path class="way due" d="M{x} {y}h54"/>',
        '<path class="way" d="M{x} {y}h54"/>',
        '<rect class="frame" x="{x}" y="{top}" width="54" height="20" rx="8"/>',
        '<rect class="state" x="{x}" y="{top}" width="54" height="20" rx="7"/>',
    )
    for sample, (meaning, x) in zip(samples, LEGEND, strict=True):
        yield sample.format(x=x, y=f"{y:g}", top=f"{y - 10:g}")
        yield f'<text class="legend" x="{x + 64}" y="{y + 4:g}">{meaning}</text>'
    x = LEGEND[-1][1]
    yield f'<rect class="inner" x="{x + 3}" y="{y - 7:g}" width="48" height="14" rx="4"/>'


def _spelled(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"
