"""The diagram shows every job, state and event of the table that the simulator runs on."""

import pytest

from vss_mock.cli import main
from vss_mock.lifecycle_diagram import STATUS_WORDS, TITLES, mermaid, text
from vss_mock.simulator.lifecycle import TIMED, TRANSITIONS

WAYS = [
    (job, before, event, after)
    for job, states in TRANSITIONS.items()
    for before, ways in states.items()
    for event, after in ways.items()
]


def test_mermaid_draws_each_way_once() -> None:
    drawn = [line.strip() for line in mermaid().splitlines()]
    for job, before, event, after in WAYS:
        timed = event in TIMED
        label = f"{event}, when due" if timed else str(event)
        assert drawn.count(f"{job}_{before} --> {job}_{after} : {label}") == 1
    assert sum(" : " in line for line in drawn) == len(WAYS)


def test_mermaid_names_each_state_by_the_services_word() -> None:
    drawn = mermaid()
    for job, states in TRANSITIONS.items():
        for state in states:
            assert f'state "{STATUS_WORDS[state]}" as {job}_{state}\n' in drawn


def test_mermaid_ends_where_no_way_leads_on() -> None:
    drawn = mermaid()
    for job, states in TRANSITIONS.items():
        for state, ways in states.items():
            assert (f"{job}_{state} --> [*]\n" in drawn) is (not ways)


def test_the_text_draws_each_way_on_a_line() -> None:
    lines = text().splitlines()
    assert len(lines) == len(WAYS) + len(TRANSITIONS) + 1
    for title in TITLES.values():
        assert title in lines
    for _, before, event, after in WAYS:
        mark = "*" if event in TIMED else ""
        assert any(
            line.startswith(f"  {STATUS_WORDS[before]} ")
            and f" --{event}{mark}-" in line
            and line.endswith(f"> {STATUS_WORDS[after]}")
            for line in lines
        )


@pytest.mark.parametrize(("words", "drawn"), [((), text()), (("--format", "mermaid"), mermaid())])
def test_the_command_prints_the_diagram(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], drawn: str
) -> None:
    assert main(["lifecycle", *words]) == 0
    assert capsys.readouterr().out == drawn + "\n"
