"""The time line: a lane for each machine, a bar from date to date, a mark for each event ahead."""

import json
import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.opened import Opened
from tests.page.shown import TORONTO, Pane, Span, show, span, spelled

PIXELS = 2
"""How far from its instant something may be drawn."""


def close(one: Span, left: float, right: float) -> None:
    assert abs(one.left - left) <= PIXELS, (one, left, right)
    assert abs(one.right - right) <= PIXELS, (one, left, right)


def holds(pane: Pane, id: int) -> None:
    """Check that a bar lies where the API's dates are, and waits from when it was asked for."""
    record = pane.record(id)
    x = pane.scale()
    begin = spelled(record["snapshot"]["from_date"])
    end = spelled(record["snapshot"]["to_date"])
    bar = pane.bar(id)
    close(span(bar.locator(".block")), x(begin), x(end))
    close(span(bar.locator(".wait")), x(spelled(record["created_on"])), x(begin))


def test_every_machine_has_a_lane_and_every_bar_lies_from_date_to_date(opened: Opened) -> None:
    pane = show(opened)
    names = pane.line.locator(".vm")
    expect(names).to_have_text([vm.name for vm in opened.vss.vms])
    made = [pane.ask(machine, valid_for=hours) for machine, hours in enumerate((12, 20, 3))]
    tops = []
    for machine, id in enumerate(made):
        bar = pane.bar(id)
        expect(bar).to_have_accessible_name(
            re.compile(rf"^{opened.vss.vms[machine].name}\. .*: Submitted, 2016-07-29 22:00 to ")
        )
        holds(pane, id)
        tops.append(bar.evaluate("bar => bar.getBoundingClientRect().top"))
        name = pane.machine(machine)
        assert abs(name.evaluate("name => name.getBoundingClientRect().top") - tops[-1]) < 10
    assert tops == sorted(set(tops))


def test_the_line_of_now_lies_at_its_instant_on_the_ruler(opened: Opened) -> None:
    pane = show(opened)
    for _ in range(3):
        now = opened.vss.clock.now.astimezone(TORONTO)
        expect(pane.time).to_have_text(now.strftime("%a %Y-%m-%d %H:%M:%S EDT"))
        x = pane.scale()(now)
        assert abs(span(pane.element.locator(".now")).left - x) <= PIXELS
        assert abs(span(pane.ruler.get_by_text("now", exact=True)).right - x) <= PIXELS
        opened.vss.clock.advance("7h")


def test_a_bar_has_its_state_and_grows_by_an_extension(opened: Opened) -> None:
    pane = show(opened)
    id = pane.ask()
    bar = pane.bar(id)
    expect(bar).to_contain_class("submitted")
    opened.vss.clock.step()
    expect(bar).to_contain_class("scheduled")
    expect(bar.locator(".cut")).to_have_css("width", "0px")
    pane.call("PUT", f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 6})
    expect(bar).to_have_accessible_name(re.compile(r"to 2016-07-30 16:00, extended by 6 h$"))
    holds(pane, id)
    x = pane.scale()
    end = spelled(pane.record(id)["snapshot"]["to_date"])
    close(span(bar.locator(".cut")), x(end - timedelta(hours=6)), x(end))
    opened.vss.clock.advance_to("2016-07-30T16:00")
    expect(bar).to_contain_class("processed")
    holds(pane, id)


def test_a_bar_that_is_deleted_by_hand_ends_there_and_its_rest_is_dashed(opened: Opened) -> None:
    pane = show(opened)
    id = pane.ask()
    opened.vss.clock.advance_to("2016-07-30T02:00")
    pane.call("DELETE", f"/v2/vm/{opened.vss.vm.uuid}/snapshot/1")
    opened.vss.clock.advance("1h")
    bar = pane.bar(id)
    expect(bar).to_have_accessible_name(
        re.compile(
            r"Processed, 2016-07-29 22:00 to 2016-07-30 02:00, deleted by hand \(request 3\)"
        )
    )
    x = pane.scale()
    begin = spelled("2016-07-29 22:00:00")
    end = spelled("2016-07-30 02:00:00")
    close(span(bar.locator(".block")), x(begin), x(end))
    close(span(bar.locator(".left")), x(end), x(spelled("2016-07-30 10:00:00")))
    expect(bar.locator(".left")).to_have_css("border-top-style", "dashed")
    expect(pane.bar(3)).to_have_accessible_name(re.compile(r"Deletion, request 3: Processed"))
    assert abs(span(pane.bar(3)).left - x(end)) <= PIXELS


def test_a_mark_names_its_event_and_its_instant_twice_and_lies_there(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    mark = pane.mark("take request 2")
    expect(mark).to_have_accessible_name(
        "take request 2, 2016-07-29 22:00:00 EDT (2016-07-30 02:00:00 UTC), in 9 h 29 min: go there"
    )
    at = span(mark)
    assert abs((at.left + at.right) / 2 - pane.scale()(spelled("2016-07-29 22:00:00"))) <= PIXELS
    opened.vss.clock.step()
    expect(pane.mark("delete request 2")).to_have_accessible_name(
        re.compile(r"2016-07-30 10:00:00 EDT \(2016-07-30 14:00:00 UTC\), in 12 h: ")
    )
    expect(mark).to_have_count(0)


def test_whoever_points_at_a_bar_is_told_what_it_is_and_its_documented_body(opened: Opened) -> None:
    pane = show(opened)
    id = pane.ask(description="before the upgrade")
    card = opened.page.get_by_role("tooltip")
    bar = pane.bar(id)
    for come, leave in (
        (bar.hover, opened.page.get_by_role("heading", name="vss-mock").hover),
        (bar.focus, bar.blur),
    ):
        come()
        expect(card).to_contain_text(
            "Snapshot, request 2: Submitted, 2016-07-29 22:00 to 2016-07-30 10:00"
        )
        expect(card).to_contain_text("from 2016-07-29 22:00:00 EDT (2016-07-30 02:00:00 UTC)")
        expect(card.locator("pre")).not_to_have_text("…")
        assert json.loads(card.locator("pre").inner_text()) == pane.record(id)
        leave()
        expect(card).to_be_hidden()
    bar.focus()
    expect(card).to_be_visible()
    opened.page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_days_begin_at_midnight_also_after_clocks_go_back(open_mock: Open) -> None:
    """Between the two midnights about the change lie 25 hours."""
    opened = open_mock(world={"start": "2016-11-04T18:00:00"})
    pane = show(opened)
    pane.button("Zoom out").click()
    ticks = pane.ruler.locator(".tick")
    expect(ticks.filter(has_text="Mon 11-07")).to_have_count(1)
    lefts = [
        span(ticks.filter(has_text=day)).left for day in ("Sat 11-05", "Sun 11-06", "Mon 11-07")
    ]
    assert abs((lefts[2] - lefts[1]) / (lefts[1] - lefts[0]) - 25 / 24) < 0.01
