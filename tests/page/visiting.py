"""A visit of all that the page shows, one state after another, for tests that look at each."""

import re
from typing import TYPE_CHECKING

from tests.page.picture import prepare
from tests.page.shown import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.page.opened import Opened


def visit(opened: "Opened") -> "Iterator[str]":
    """Bring the page to each of its states, and say which it is."""
    page, vss = opened.page, opened.vss
    prepare(vss)
    vss.faults.add("status", status_code=503, operation="user-get")
    opened.allow("status of 400")  # what is refused on purpose below
    pane = show(opened)
    page.get_by_role("heading", level=1).wait_for()
    pane.bar(2).wait_for()
    yield "first"
    pane.bar(2).hover()
    page.get_by_role("tooltip").get_by_text('"action"').wait_for()
    yield "card"
    pane.bar(2).click()
    page.get_by_role("heading", name="request 2").wait_for()
    yield "details"
    pane.tab("Snapshot")
    pane.panel.get_by_role("textbox", name="From, in Toronto").fill("tomorrow")
    pane.panel.get_by_role("textbox", name="For how many hours").fill("100")
    pane.panel.get_by_role("button", name="Submit").click()
    pane.panel.get_by_text(re.compile("nothing has changed")).wait_for()
    yield "refused"
    pane.tab("Faults")
    yield "faults"
    pane.tab("Journal")
    pane.panel.get_by_role("button", name=re.compile("^1 · ")).wait_for()
    yield "journal"
    pane.button("Fork here").click()
    fork = page.get_by_role("region", name="World default_1", exact=True)
    fork.get_by_role("button", name=re.compile("request 2: ")).wait_for()
    yield "two panes"
    vss.hold()
    vss.clock.advance("1d")
    pane.element.get_by_text("held before").wait_for()
    yield "held"
    pane.button("New").click()
    page.get_by_role("dialog", name="A new world").wait_for()
    yield "dialog"
