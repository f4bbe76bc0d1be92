"""Where the states of a request stand in the picture of its life, and how its ways run there.

Only places are said here: which states and ways there are is the simulator's table's to say.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from vss_mock.simulator.lifecycle import State

Point = tuple[float, float]


class Frame(NamedTuple):
    """A rectangle around states that share ways on; `left`, `top`, `right`, `bottom`."""

    states: frozenset[State]
    left: float
    top: float
    right: float
    bottom: float


class Route(NamedTuple):
    """Where an arrow leaves and arrives, and where its label stands on it.

    A place is a side of a state (l, r, t, b) and how far from its middle: "r-8"; of a frame, a side
    and how far along the panel: "r130". `at` is the label's part of the way, `aside` moves it.
    """

    leaves: str
    arrives: str
    at: float = 0.5
    aside: Point = (0, -9)


class Drawing(NamedTuple):
    """Where the states of jobs stand in a panel of some height, and how their ways run.

    `routes` are by who is left (a state, or a frame by its number) and the event's name.
    """

    height: float
    places: Mapping[State, Point]
    frames: Sequence[Frame]
    routes: Mapping[tuple[State | int, str], Route]


OPEN: Final = frozenset({State.SUBMITTED, State.IN_PROGRESS, State.RETRYING})
TAKEN: Final = frozenset({State.SCHEDULED, State.IN_PROGRESS, State.RETRYING})
THE_WORK: Final = "work"
"""Stands for the work of a job while jobs are compared."""

SNAPSHOT: Final = Drawing(
    height=440,
    places={
        State.SUBMITTED: (140, 215),
        State.SCHEDULED: (505, 140),
        State.IN_PROGRESS: (375, 290),
        State.RETRYING: (635, 290),
        State.PROCESSED: (985, 165),
        State.FAILED: (985, 325),
        State.MISSED: (140, 410),
    },
    frames=(
        Frame(OPEN | TAKEN, 50, 62, 775, 365),
        Frame(TAKEN, 270, 84, 750, 335),
    ),
    routes={
        (State.SUBMITTED, THE_WORK): Route("r-10", "l", 0.32),
        (State.SUBMITTED, "start"): Route("r10", "l", 0.35, (0, 18)),
        (State.SUBMITTED, "miss"): Route("b", "t", 0.55, (22, 4)),
        (State.SCHEDULED, "extend"): Route("r", "r"),
        (State.SCHEDULED, "start"): Route("b-28", "t-8", 0.5, (-24, 0)),
        (State.IN_PROGRESS, THE_WORK): Route("t22", "b2", 0.35, (22, 6)),
        (State.RETRYING, THE_WORK): Route("t-10", "b40", 0.5, (24, 0)),
        (State.RETRYING, "start"): Route("l", "r"),
        (0, "back-off"): Route("b635", "b", 0.55, (36, 4)),
        (0, "fail"): Route("r325", "l", 0.4),
        (1, "delete"): Route("r150", "l-15", 0.6),
        (1, "close"): Route("r180", "l15", 0.6, (0, 18)),
    },
)
WORK_ALONE: Final = Drawing(
    height=410,
    places={
        State.SUBMITTED: (165, 135),
        State.IN_PROGRESS: (165, 230),
        State.RETRYING: (165, 325),
        State.CANCELLED: (470, 72),
        State.MISSED: (470, 135),
        State.FAILED: (470, 215),
        State.PROCESSED: (470, 325),
    },
    frames=(Frame(OPEN, 62, 88, 262, 390),),
    routes={
        (State.SUBMITTED, "start"): Route("b", "t", 0.5, (24, 4)),
        (State.SUBMITTED, "miss"): Route("r", "l", 0.62),
        (State.SUBMITTED, "cancel"): Route("r-12", "l", 0.66),
        (State.SUBMITTED, "reschedule"): Route("t", "t"),
        (State.FAILED, "retry"): Route("l-10", "r12", 0.42, (8, -8)),
        (State.RETRYING, "start"): Route("t", "b", 0.5, (24, 4)),
        (0, "back-off"): Route("b165", "b", 0.55, (36, 4)),
        (0, "fail"): Route("r222", "l7", 0.5, (0, 18)),
        (0, THE_WORK): Route("r325", "l"),
    },
)

STYLE: Final = """
svg {
  --paper: #fff; --ink: #1d2733; --dim: #55606c; --line: #b4bdc6;
  --box: #eef3f8; --frame: #f8fafb; --good: #e2f3e6; --bad: #fbe5e3; --end: #eceef0;
  font: 14px system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  svg {
    --paper: #1c2022; --ink: #e4e6e6; --dim: #a9b1b6; --line: #5a646b;
    --box: #26364a; --frame: #212628; --good: #1d3d28; --bad: #4a2725; --end: #2f3538;
  }
}
.paper { fill: var(--paper); }
.frame { fill: var(--frame); stroke: var(--line); stroke-width: 1; }
.state { fill: var(--box); stroke: var(--ink); stroke-width: 1.25; }
.processed { fill: var(--good); }
.failed { fill: var(--bad); }
.missed, .cancelled { fill: var(--end); }
.inner { fill: none; stroke: var(--ink); stroke-width: 0.75; opacity: 0.6; }
.way { fill: none; stroke: var(--ink); stroke-width: 1.4; marker-end: url(#head); }
.due { stroke-dasharray: 6 4; }
#head path, .start { fill: var(--ink); }
text { fill: var(--ink); text-anchor: middle; }
.title { font-size: 16px; font-weight: 600; text-anchor: start; }
.label { font-size: 13px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.legend { font-size: 13px; fill: var(--dim); text-anchor: start; }
""".strip()
"""How it is coloured, in light and in dark surroundings."""
