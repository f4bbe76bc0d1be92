"""The life of a request as a diagram, drawn from the table that the simulator runs on.

Pure: the table in, text out. The README's diagram is this module's, and a test holds it to that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from vss_mock.simulator.lifecycle import TIMED, TRANSITIONS, Job, State
from vss_mock.wire.dialect_2016 import Dialect2016

STATUS_WORDS = Dialect2016.statuses
TITLES = {
    Job.CREATE: "create a snapshot",
    Job.DELETE: "delete a snapshot",
    Job.REVERT: "revert to a snapshot",
    Job.CONSOLIDATE: "consolidate disks",
    Job.CHANGE: "change a machine",
}


class Arrow(NamedTuple):
    """One way on: what leads from a state to the next; `timed` if it happens when it is due."""

    before: State
    event: str
    after: State
    timed: bool


def arrows(job: Job) -> Iterator[Arrow]:
    """Yield the job's transitions in the table's order."""
    for before, ways in TRANSITIONS[job].items():
        for event, after in ways.items():
            yield Arrow(before, event.value, after, event in TIMED)


def mermaid() -> str:
    """Return the diagram of every job in Mermaid's language, without a closing line break."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for job, states in TRANSITIONS.items():
        lines.append(f'    state "{TITLES[job]}" as {job} {{')
        lines.append("        direction LR")
        lines.extend(f'        state "{STATUS_WORDS[state]}" as {job}_{state}' for state in states)
        lines.append(f"        [*] --> {job}_{next(iter(states))}")
        for arrow in arrows(job):
            label = f"{arrow.event}, when due" if arrow.timed else arrow.event
            lines.append(f"        {job}_{arrow.before} --> {job}_{arrow.after} : {label}")
        lines.extend(f"        {job}_{state} --> [*]" for state, ways in states.items() if not ways)
        lines.append("    }")
    return "\n".join(lines)


def text() -> str:
    """Return the diagram of every job as plain text, without a closing line break."""
    lines = []
    for job in TRANSITIONS:
        lines.append(TITLES[job])
        for before, event, after, timed in arrows(job):
            shaft = f"--{event}{'*' if timed else ''}".ljust(16, "-")
            lines.append(f"  {STATUS_WORDS[before]:<10} {shaft}> {STATUS_WORDS[after]}")
    lines.append("* by the clock, when it is due")
    return "\n".join(lines)
