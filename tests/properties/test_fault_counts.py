"""When a fault strikes, against a small model of its own: lists of occasions that are cut."""

from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from vss_mock.simulator.faults import Count, Faults, When, lot

from .depth import depth

KIND, SEED = "work-fails", 7


class Occasion(NamedTuple):
    """One occasion: its instant, and whether it is of the fault's kind and about its machine."""

    at: int
    kind: str
    vm: str


occasions = st.lists(
    st.builds(
        Occasion,
        st.integers(0, 9),
        st.sampled_from((KIND, KIND, KIND, "work-slow")),
        st.sampled_from(("web", "web", "web", "db")),
    ),
    max_size=30,
)
some = st.none() | st.integers(1, 4)
whens = st.builds(
    When,
    skip=st.integers(0, 4),
    nth=some,
    every=some,
    share=st.sampled_from((None, 1, 1.0, 0)),
    times=some,
    since=st.none() | st.integers(0, 9),
    until=st.none() | st.integers(0, 9),
)


def meant(when: When, all_of_them: list[Occasion]) -> tuple[set[int], int]:
    """Return the places of the occasions that a rule means, and how many it sees."""
    since = 0 if when.since is None else when.since
    until = 10 if when.until is None else when.until
    seen = [
        place
        for place, (at, kind, vm) in enumerate(all_of_them)
        if kind == KIND and vm == "web" and at in range(since, until)
    ]
    turns = seen[when.skip :]
    every, nth = when.every or 1, when.nth
    chosen = set(turns[every - 1 :: every])
    if nth is not None:
        chosen &= set(turns[nth - 1 : nth])
    if when.share == 0:
        chosen = set()
    return set(sorted(chosen)[: when.times]), len(seen)


def struck(faults: Faults, all_of_them: list[Occasion]) -> list[list[int]]:
    """Return the ids of the faults that strike on each occasion."""
    return [
        [rule.id for rule in faults.struck({one.kind}, {"vm": one.vm}, one.at, SEED)]
        for one in all_of_them
    ]


@depth(300)
@given(when=whens, all_of_them=occasions)
def test_a_fault_strikes_the_occasions_that_it_means(
    when: When, all_of_them: list[Occasion]
) -> None:
    faults = Faults()
    rule = faults.add(KIND, {"vm": "web"}, when)
    places, seen = meant(when, all_of_them)
    hits = struck(faults, all_of_them)
    assert {place for place, ids in enumerate(hits) if ids} == places
    assert faults.get(rule.id) == (rule, Count(seen, len(places)))


@depth(100)
@given(rules=st.lists(whens, max_size=4), all_of_them=occasions)
def test_faults_count_each_for_itself(rules: list[When], all_of_them: list[Occasion]) -> None:
    together = Faults()
    for when in rules:
        together.add(KIND, {"vm": "web"}, when)
    hits = struck(together, all_of_them)
    for number, when in enumerate(rules, 1):
        places, _ = meant(when, all_of_them)
        assert {place for place, ids in enumerate(hits) if number in ids} == places
    assert all(ids == sorted(ids) for ids in hits)


@depth(100)
@given(rules=st.lists(whens, max_size=4), all_of_them=occasions)
def test_who_stops_at_the_first_leaves_the_rest_uncounted(
    rules: list[When], all_of_them: list[Occasion]
) -> None:
    faults = Faults()
    for when in rules:
        faults.add(KIND, {"vm": "web"}, when)
    for one in all_of_them:
        before: Any = list(faults)
        ahead = faults.ahead({one.kind}, {"vm": one.vm}, one.at, SEED)
        assert list(faults) == before
        first = next(faults.struck({one.kind}, {"vm": one.vm}, one.at, SEED), None)
        assert first == ahead
        later = [entry for entry in before if first is not None and entry[0].id > first.id]
        assert list(faults)[len(before) - len(later) :] == later


@depth(50)
@given(seed=st.integers(0, 2**64), share=st.floats(0.05, 0.95))
def test_a_share_strikes_about_so_many_and_alike_for_one_seed(seed: int, share: float) -> None:
    def hits() -> list[bool]:
        faults = Faults()
        faults.add(KIND, {}, When(share=share))
        return [bool(list(faults.struck({KIND}, {}, 0, seed))) for _ in range(1000)]

    first = hits()
    assert first == hits()
    assert abs(sum(first) - 1000 * share) < 120  # more than seven standard deviations


@depth(100)
@given(seed=st.integers(), marks=st.lists(st.integers() | st.text(max_size=3), max_size=3))
def test_a_lot_lies_between_none_and_all(seed: int, marks: list[Any]) -> None:
    assert 0 <= lot(seed, *marks) < 1
    assert lot(seed, *marks) == lot(seed, *marks)
