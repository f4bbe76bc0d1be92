"""The clock as it is moved on the page: by steps, by lengths, by marks, by itself; and held."""

import re
from datetime import datetime

from playwright.sync_api import expect

from tests.page.opened import Opened
from tests.page.shown import TORONTO, Pane, show, span, spelled


def at(pane: Pane, local: str) -> None:
    """Check that page and mock agree about the instant, `2016-07-29 22:00:00` in Toronto."""
    expect(pane.time).to_contain_text(f"{local} EDT")
    instant = datetime.fromisoformat(local).replace(tzinfo=TORONTO)
    assert pane.world.clock.now == instant


def test_a_step_goes_to_the_next_event_and_says_what_happened(opened: Opened) -> None:
    pane = show(opened)
    expect(pane.button("Nothing is due")).to_be_disabled()
    pane.ask()
    pane.button("Step: take #2 in 9 h 29 min").click()
    at(pane, "2016-07-29 22:00:00")
    expect(pane.element.get_by_text("2016-07-30 02:00:00 UTC", exact=True)).to_be_visible()
    said = "2016-07-29 22:00:00 EDT · request 2: the snapshot is taken (Submitted → Scheduled)"
    expect(pane.log).to_have_text(said)
    pane.button("Step: delete #2 in 12 h").click()
    at(pane, "2016-07-30 10:00:00")
    expect(pane.log).to_have_text(re.compile(f"^{re.escape(said)}.*the snapshot is deleted"))
    expect(pane.button("Nothing is due")).to_be_disabled()


def test_it_moves_by_given_and_by_typed_lengths_and_nonsense_is_refused(opened: Opened) -> None:
    pane = show(opened)
    for label, then in (
        ("+ 1 h", "2016-07-29 13:30:59"),
        ("+ 12 h", "2016-07-30 01:30:59"),
        ("+ 1 d", "2016-07-31 01:30:59"),
    ):
        pane.button(label).click()
        at(pane, then)
    length = pane.element.get_by_role("textbox", name="Length of time, as 90m, 10h or 1d6h")
    length.fill("1d6h")
    length.press("Enter")
    at(pane, "2016-08-01 07:30:59")
    length.fill("soon")
    opened.allow("status of 400.*/clock")
    pane.button("Advance").click()
    alert = pane.element.get_by_role("alert")
    expect(alert).to_have_text(re.compile("'soon' is not a length of time"))
    expect(length).to_have_value("soon")
    at(pane, "2016-08-01 07:30:59")
    length.fill("90m")
    pane.button("Advance").click()
    at(pane, "2016-08-01 09:00:59")
    expect(alert).to_be_hidden()


def test_a_mark_that_is_chosen_is_gone_to_and_not_a_microsecond_past_it(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    pane.mark("take request 2").click()
    at(pane, "2016-07-29 22:00:00")
    expect(pane.bar(2)).to_contain_class("scheduled")
    pane.mark("delete request 2").click()
    at(pane, "2016-07-30 10:00:00")
    expect(pane.bar(2)).to_contain_class("processed")


def test_a_clock_that_ticks_is_seen_ticking_and_its_marks_can_be_chosen(opened: Opened) -> None:
    """A press takes a while, in which the page has drawn all anew."""
    pane = show(opened)
    pane.ask()
    mode = pane.element.get_by_role("combobox", name="clock")
    rate = pane.element.get_by_role("spinbutton", name="seconds a second")
    expect(rate).to_be_hidden()
    mode.select_option("live")
    before = pane.time.inner_text()
    expect(pane.time).not_to_have_text(before)
    rate.fill("1800")
    rate.press("Enter")
    expect(pane.time).to_contain_text(re.compile("2016-07-29 1[3-9]:"))
    ago = opened.vss.clock.now - spelled(pane.time.inner_text()[4:])
    assert abs(ago.total_seconds()) < 1800
    rate.fill("1")
    rate.press("Enter")
    pane.mark("take request 2").click(delay=500)
    expect(pane.bar(2)).to_contain_class("scheduled")
    mode.select_option("frozen")
    expect(rate).to_be_hidden()
    stands = opened.vss.clock.local
    assert "2016-07-29T22:0" in stands.isoformat()
    expect(pane.time).to_contain_text(stands.strftime("%Y-%m-%d %H:%M:%S"))


def test_an_auto_clock_steps_for_a_client_that_waits_and_the_page_follows(opened: Opened) -> None:
    pane = show(opened)
    id = pane.ask()
    with opened.page.expect_response("**/clock"):
        pane.element.get_by_role("combobox", name="clock").select_option("auto")
    for _ in range(2):
        pane.call("GET", f"/v2/request/snapshot/{id}")
    at(pane, "2016-07-29 22:00:00")
    expect(pane.log).to_contain_text("the snapshot is taken")
    assert opened.vss.clock.mode == "auto"


def test_what_is_about_to_be_pressed_stays_where_it_is_when_something_becomes_due(
    opened: Opened,
) -> None:
    pane = show(opened)
    button = pane.button("+ 1 d")
    before = span(button)
    pane.ask()
    expect(pane.element.get_by_role("button", name="Step: take #2")).to_be_visible()
    after = span(button)
    assert after.left < (before.left + before.right) / 2 < after.right


def test_a_hold_shows_and_is_released_or_made_to_fail(opened: Opened) -> None:
    pane = show(opened)
    opened.vss.hold("take")
    opened.vss.hold("delete")
    id = pane.ask()
    pane.button("+ 1 d").click()
    held = pane.element.get_by_text(f"held before take of request {id}")
    expect(held).to_be_visible()
    at(pane, "2016-07-29 22:00:00")
    pane.button("Release").click()
    expect(held).to_be_hidden()
    pane.button("+ 1 d").click()
    expect(pane.element.get_by_text(f"held before delete of request {id}")).to_be_visible()
    pane.button("Fail").click()
    expect(pane.bar(id)).to_contain_class("failed")
    expect(pane.log).to_contain_text("the work failed")
    expect(pane.button("Fail")).to_have_count(0)
