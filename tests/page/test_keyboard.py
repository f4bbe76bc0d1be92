"""The page with nothing but a keyboard: all is reached, its place is seen, and never lost."""

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.keyboard import Keyboard
from tests.page.opened import Opened
from tests.page.shown import show

if TYPE_CHECKING:
    from playwright.sync_api import Page

STOPS = (
    "[...document.querySelectorAll('.bars button')].filter((each) => each.tabIndex === 0).length"
)
"""How many of the bars, and of the names of machines, Tab comes to."""


def bar(id: int) -> "re.Pattern[str]":
    return re.compile(rf"\. Snapshot, request {id}: ")


def in_bars(page: "Page") -> bool:
    return bool(page.evaluate("Boolean(document.activeElement.closest('.bars'))"))


def test_a_snapshot_lives_its_whole_life_by_the_keyboard(opened: Opened) -> None:
    page, vss = opened.page, opened.vss
    pane = show(opened)
    keyboard = Keyboard(page)

    keyboard.go("tab", "Details")
    keyboard.press("ArrowRight")
    expect(keyboard.at("tab", "Snapshot")).to_have_attribute("aria-selected", "true")
    keyboard.go("button", "Submit")
    keyboard.press("Enter")
    keyboard.at("heading", re.compile("^request 2 "))

    keyboard.go("button", re.compile("^Step: take #2"), back=True)
    keyboard.press("Enter")
    keyboard.at("button", re.compile("^Step: delete #2"))
    expect(pane.log).to_contain_text("the snapshot is taken")

    keyboard.go("button", bar(2))
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text('"action": "Delete"')
    keyboard.press("Escape")
    expect(card).to_be_hidden()
    keyboard.press("Enter")
    keyboard.at("heading", re.compile("^request 2 "))

    keyboard.go("textbox", "Hours")
    page.keyboard.type("24")
    keyboard.press("Enter")
    expect(pane.bar(2)).to_have_accessible_name(re.compile("extended by 24 h"))
    keyboard.at("textbox", "Hours")
    keyboard.go("tab", "Made by")
    keyboard.press("ArrowRight")
    expect(keyboard.at("tab", "As shown")).to_have_attribute("aria-selected", "true")

    keyboard.go("button", re.compile("^delete request 2, "), back=True)
    keyboard.press("Enter")
    expect(pane.log).to_contain_text("the snapshot is deleted")
    keyboard.at("button", bar(2))
    (event,) = [entry.fired for entry in vss.events() if entry.fired.event == "delete"]
    assert vss.clock.now == event.at

    keyboard.go("button", "Fork here", back=True)
    keyboard.press("Enter")
    page.get_by_role("region", name="World default_1", exact=True).wait_for()
    keyboard.go("button", "Close")
    keyboard.press("Enter")
    expect(page.get_by_role("region", name="World default_1", exact=True)).to_have_count(0)
    keyboard.at("combobox", "World")
    keyboard.was_never_lost()


def test_arrows_go_along_and_across_and_tab_stops_at_one_bar(opened: Opened) -> None:
    page, vss = opened.page, opened.vss
    pane = show(opened)
    dates = ((0, "2016-07-29 14:00"), (0, "2016-07-30 18:00"), (1, "2016-07-30 13:00"))
    first, second, other = (pane.ask(at, from_date=date, valid_for=6) for at, date in dates)
    keyboard = Keyboard(page)
    pane.bar(other).wait_for()

    def goes(key: str, role: str, name: "str | re.Pattern[str]") -> None:
        keyboard.press(key)
        keyboard.at(role, name)
        assert page.evaluate(STOPS) == 1

    machines = [vm.name for vm in vss.vms]
    keyboard.go("button", bar(first))
    goes("ArrowRight", "button", bar(second))
    goes("ArrowRight", "button", bar(second))  # there is no more
    goes("ArrowDown", "button", bar(other))
    goes("ArrowUp", "button", bar(second))
    goes("ArrowLeft", "button", bar(first))
    goes("ArrowLeft", "button", machines[0])
    goes("ArrowDown", "button", machines[1])
    goes("ArrowDown", "button", machines[2])  # where no request is, too
    goes("ArrowRight", "button", machines[2])
    goes("ArrowUp", "button", machines[1])
    goes("ArrowRight", "button", bar(1))  # a month ago
    goes("ArrowRight", "button", bar(other))
    goes("ArrowDown", "button", re.compile(rf"^take request {other}, "))  # to the marks
    goes("ArrowRight", "button", re.compile(rf"^take request {second}, "))
    goes("ArrowLeft", "button", re.compile(rf"^take request {other}, "))
    goes("ArrowDown", "button", bar(other))
    for key in ("+", "+", "-", "PageDown", "PageDown", "n", "PageUp", "PageUp", "PageUp"):
        keyboard.press(key)
        expect(page.locator(":focus")).to_have_count(1)
        keyboard.sees()
        assert in_bars(page)
        assert page.evaluate(STOPS) == 1
    keyboard.at("button", machines[0])  # as no bar is in sight
    goes("ArrowRight", "button", bar(first))
    goes("ArrowLeft", "button", machines[0])
    keyboard.press("Enter")
    keyboard.at("heading", machines[0])
    keyboard.was_never_lost()


def test_a_world_without_a_request_has_its_machines_by_the_keyboard(opened: Opened) -> None:
    show(opened)
    keyboard = Keyboard(opened.page)
    machines = [vm.name for vm in opened.vss.vms]
    keyboard.go("button", machines[0])
    keyboard.press("ArrowDown")
    keyboard.at("button", machines[1])
    assert opened.page.evaluate(STOPS) == 1


def test_the_keyboard_stands_close_by_when_what_it_was_at_goes(open_mock: Open) -> None:
    opened = open_mock(
        faults=[{"kind": "latency", "seconds": 0.1}, {"kind": "latency", "seconds": 0.1}],
        holds=[{"event": "take"}],
    )
    page, vss = opened.page, opened.vss
    pane = show(opened)
    pane.ask(valid_for=1)
    keyboard = Keyboard(page)
    keyboard.go("button", re.compile("^Step: "))
    keyboard.press("Enter")
    expect(pane.element).to_contain_text("held before take of request 2")
    keyboard.go("button", "Release")
    keyboard.press("Enter")
    keyboard.at("button", re.compile("^Step: take"))
    keyboard.press("Enter")
    keyboard.at("button", re.compile("^Step: delete"))
    keyboard.press("Enter")
    expect(keyboard.at("button", "Nothing is due")).to_be_disabled()

    keyboard.go("tab", "Details")
    keyboard.press("ArrowRight", "ArrowRight")
    keyboard.go("button", "Clear fault 1")
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Clear fault 1")).to_have_count(0)
    keyboard.at("button", "Clear fault 2")
    keyboard.press("Enter")
    keyboard.at("textbox", "Operation")

    keyboard.go("tab", "Faults", back=True)
    keyboard.press("ArrowRight")
    entry = re.compile("^1 · .* POST .v2.vm.")
    keyboard.go("button", entry)
    pane.call("GET", "/v2/vm")
    page.get_by_role("button", name=re.compile("GET .v2.vm →")).wait_for()
    keyboard.at("button", entry)
    vss.reset()
    expect(page.get_by_text("0 of 0 entries")).to_be_visible()
    keyboard.was_never_lost()


def test_dialogs_and_the_tour_give_the_keyboard_back(opened: Opened) -> None:
    page = opened.page
    show(opened)
    keyboard = Keyboard(page)
    keyboard.go("button", "New")
    keyboard.press("Enter")
    keyboard.at("textbox", "Name")
    keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keyboard.at("button", "New")
    keyboard.press("Enter")
    page.keyboard.type("team-a")
    keyboard.press("Enter")
    page.get_by_role("region", name="World team-a", exact=True).wait_for()
    expect(keyboard.at("combobox", "World")).to_have_value("team-a")

    keyboard.go("button", "Delete")
    keyboard.press("Enter")
    page.get_by_role("region", name="World default", exact=True).wait_for()
    keyboard.at("combobox", "World")

    keyboard.go("button", "Tour", back=True)
    keyboard.press("Enter")
    keyboard.at("button", "Next")
    keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("^2 of ")).wait_for()
    keyboard.at("button", "Next")
    keyboard.go("button", "Leave")
    keyboard.press("Enter")
    keyboard.at("combobox", "World")
    keyboard.was_never_lost()
