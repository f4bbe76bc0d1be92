"""What walks choose from, as strategies of Hypothesis; what comes first is the simplest."""

from typing import Any

from hypothesis import strategies as st

from vss_mock.contract.actions import Act, Action, Advance, Change, Extend, Submit, When
from vss_mock.contract.bad_values import (
    GOOD_COUNTS,
    GOOD_DATES,
    GOOD_HOURS,
    GOOD_NAMES,
    GOOD_SIZES,
    GOOD_TEXTS,
    SKIPPED,
)
from vss_mock.contract.machines import CPU, MEMORY, NAME, POWER
from vss_mock.contract.model import DELETE, REVERT
from vss_mock.contract.reading import Pick
from vss_mock.contract.scenes import STARTS, Scene

SCENES = st.builds(
    Scene,
    st.sampled_from(range(len(STARTS))),
    st.sampled_from((3, 2, 4)),
    st.sampled_from((2, 3)),
    st.sampled_from((1, 2)),
    st.sampled_from((0, 0, 0, 0, 11, 13)),
)
USERS = st.sampled_from((0, 0, 1, 2))
MACHINES = st.sampled_from((0, 0, 1, 2))
NUMBERS = st.sampled_from(range(8))
MANY = st.integers(0, 999)
FEW = st.sampled_from((1, 2, 3, 24, 72))
HOURS = st.sampled_from(GOOD_HOURS)
TEXTS = st.sampled_from(GOOD_TEXTS)
SECONDS = st.sampled_from(
    (0, 60, -60, 120, 3600, -3600, 43_200, 86_400, 259_200, -86_400, -1_440_000)
)
SOON = st.builds(lambda seconds: When("", seconds), st.sampled_from((0, -60, 60, -7200)))
DATES = (
    st.builds(lambda seconds: When("", seconds), SECONDS)
    | st.builds(
        lambda event, seconds: When("", seconds, event),
        st.sampled_from((0, 1, 3)),
        st.sampled_from((0, 0, 60, -60, 3600)),
    )
    | st.builds(When, st.sampled_from((*GOOD_DATES, *SKIPPED[:2])))
)
SNAPSHOTS = st.lists(st.tuples(DATES, HOURS, TEXTS), min_size=1, max_size=3)
STYLES = st.sampled_from((0, 0, 1, 2, 3, 4))
POWERS = st.sampled_from(("poweredOff", "poweredOn", "reset", "shutdown", "reboot", "suspend"))
CHANGES = (
    st.tuples(st.just(POWER), POWERS)
    | st.tuples(st.just(CPU), st.sampled_from(GOOD_COUNTS))
    | st.tuples(st.just(MEMORY), st.sampled_from(GOOD_SIZES))
    | st.tuples(st.just(NAME), st.sampled_from(GOOD_NAMES))
)
"""What of a machine is to become what."""
AHEAD = st.builds(lambda seconds: When("", seconds), st.sampled_from((60, 3600, 86_400)))
TERM = st.tuples(NUMBERS | st.sampled_from(range(8, 13)), NUMBERS, NUMBERS)
FIELDS = st.integers(0, 12) | st.sampled_from((0, 2, 3, 4, 10))
QUERIES = st.builds(
    Pick,
    USERS,
    st.sampled_from((False, False, True)),
    st.lists(TERM, max_size=2).map(tuple),
    st.lists(st.tuples(FIELDS, st.booleans()), max_size=2).map(tuple),
    st.sampled_from((None, 1, 2, 3, 9)),
    st.sampled_from((None, 1, 2, 3, 5, 10, 3001)),
    st.sampled_from((None, "1", "", "true", "0")),
)


def _prologue(
    dates: list[tuple[str, int]],
    user: int,
    life: tuple[int, str],
    hours: list[int],
    works: list[str],
    changes: list[tuple[str, Any]],
) -> tuple[Action, ...]:
    return (
        *(Submit(0, 0, When(date), lives, "of the calendar") for date, lives in dates),
        Submit(0, 0, When("", -60), *life),
        Submit(0, 0, When("", -60), 72, "another"),
        Advance(),
        *(Extend(0, more) for more in hours),
        *(Change(work, 0, number, value) for number, (work, value) in enumerate(changes)),
        *(Act(work, user, 0) for work in works),
        Advance(1),
    )


PROLOGUES = st.builds(
    _prologue,
    st.lists(
        st.tuples(st.sampled_from(GOOD_DATES), st.sampled_from((1, 24, 72))),
        min_size=1,
        max_size=3,
    ),
    USERS,
    st.tuples(st.sampled_from((24, 72, 1)), TEXTS),
    st.lists(st.sampled_from((1, 24, 72)), max_size=2),
    st.lists(st.sampled_from((DELETE, REVERT)), max_size=3),
    st.lists(CHANGES, max_size=3),
)
LAST = st.lists(QUERIES, min_size=3, max_size=7)
