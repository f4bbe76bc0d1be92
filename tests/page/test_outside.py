"""What others do to a world shows on the page by itself, at once, and without the page's asking."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.cli.running import run, served
from tests.page.opened import Opened
from tests.page.shown import Pane, show

AT_ONCE_MS = 1_000
"""It takes a tenth of that; how long in truth, `make bench` tells."""
WATCH = """(wanted) => {
  window.seen = new Promise((resolve) => {
    const look = () => document.body.innerText.includes(wanted) && resolve(Date.now());
    const all = {subtree: true, childList: true, characterData: true};
    new MutationObserver(look).observe(document.body, all);
  });
}"""
"""Notes when a text comes to be on the page."""


def delay(pane: Pane, wanted: str, act: Callable[[], Any]) -> float:
    """Return how many milliseconds after an act is done its effect is on the page."""
    pane.page.evaluate(WATCH, wanted)
    act()
    done = time.time() * 1000
    return float(pane.page.evaluate("window.seen")) - done


def by_command(pane: Pane, *words: str) -> None:
    """Run the command line as a process of its own."""
    done = run("clock", *words, "--url", pane.world.url)
    assert done.returncode == 0, done.stderr


def test_what_others_do_is_on_the_page_at_once(opened: Opened) -> None:
    pane = show(opened)
    vss = opened.vss
    acts: list[tuple[Callable[[], Any], str]] = [
        (pane.ask, "#2"),
        (lambda: by_command(pane, "advance", "1h"), "2016-07-29 13:30:59"),
        (lambda: vss.clock.advance("1h"), "2016-07-29 14:30:59"),
        (vss.clock.step, "request 2: the snapshot is taken"),
        (lambda: pane.ask(1), "#3"),
        (vss.reset, "2016-07-29 12:30:59"),
    ]
    for act, wanted in acts:
        assert delay(pane, wanted, act) < AT_ONCE_MS, wanted
    expect(pane.bar(2)).to_have_count(0)
    expect(pane.log).to_be_empty()


def test_faults_holds_and_worlds_of_others_are_on_the_page_too(opened: Opened) -> None:
    pane = show(opened)
    faults = pane.tab("Faults").get_by_role("list", name="Faults").get_by_role("listitem")
    expect(faults).to_have_count(0)
    opened.vss.faults.add("latency", seconds=0.01, operation="vm-list")
    expect(faults).to_have_text(re.compile("latency.* · struck 0 of 0"))
    pane.call("GET", "/v2/vm")
    expect(faults).to_have_text(re.compile("struck 1 of 1"))
    opened.vss.faults.clear()
    expect(faults).to_have_count(0)
    worlds = pane.element.get_by_role("combobox", name="World")
    other = opened.vss.world(name="other")
    expect(worlds.get_by_role("option")).to_have_text(["default", "other"])
    other.delete()
    expect(worlds.get_by_role("option")).to_have_text(["default"])


def test_details_follow_what_they_are_about(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    pane.bar(2).click()
    heading = pane.panel.get_by_role("heading", name="request 2 ")
    expect(heading).to_have_text("request 2 Submitted")
    opened.vss.clock.step()
    expect(heading).to_have_text("request 2 Scheduled")
    expect(pane.panel.get_by_role("tabpanel", name="As shown")).to_be_hidden()
    pane.call("PUT", "/v2/request/snapshot/2", {"attribute": "duration", "value": 6})
    expect(pane.panel.get_by_role("tabpanel", name="Details")).to_contain_text("extended by 6 h")


def test_a_page_that_is_only_looked_at_asks_for_nothing(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    expect(pane.bar(2)).to_be_visible()
    opened.vss.clock.live()
    expect(pane.element.get_by_role("combobox", name="clock")).to_have_value("live")
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    opened.page.wait_for_timeout(2_000)
    opened.vss.clock.step()
    expect(pane.bar(2)).to_contain_class("scheduled")
    assert asked == []


def test_a_mock_that_is_gone_is_told_and_one_that_is_back_is_shown(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    state = pane.element.get_by_text("no connection, trying again")
    port = urlsplit(opened.vss.url).port
    opened.allow("ERR_CONNECTION_REFUSED")
    with opened.page.expect_console_message(lambda told: "REFUSED" in told.text):
        opened.vss.stop()
    expect(state).to_be_visible()
    with served("--port", str(port)):
        expect(pane.bar(2)).to_have_count(0)
        expect(state).to_be_hidden()
        by_command(pane, "advance", "1h")
        expect(pane.time).to_contain_text("2016-07-29 13:30:59")
