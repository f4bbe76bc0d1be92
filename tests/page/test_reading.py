"""The page heard, not seen: everything has a name, and says what it is."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.page import audit
from tests.page.opened import Opened
from tests.page.shown import show
from tests.page.visiting import visit

if TYPE_CHECKING:
    from playwright.sync_api import Page


def modal(page: "Page") -> bool:
    """Tell whether what is heard of the page is a dialog, and nothing behind it."""
    roles = audit.heard(page)
    return "dialog" in roles and "tablist" not in roles


def test_whatever_is_shown_has_a_name_and_is_built_as_it_should_be(opened: Opened) -> None:
    wrong = {state: found for state in visit(opened) if (found := audit.structure(opened.page))}
    assert wrong == {}


def test_the_parts_say_what_they_are(opened: Opened) -> None:
    page = opened.page
    pane = show(opened)
    assert page.locator("html").get_attribute("lang") == "en"
    tabs = pane.panel.get_by_role("tablist", name="Panel").get_by_role("tab")
    expect(tabs).to_have_text(["Details", "Snapshot", "Faults", "Journal"])
    for tab in tabs.all():
        tab.click()
        expect(pane.panel.get_by_role("tab", selected=True)).to_have_text(tab.inner_text())
        expect(
            pane.panel.get_by_role("tabpanel", name=tab.inner_text(), exact=True)
        ).to_be_visible()
        expect(pane.panel.get_by_role("tabpanel")).to_have_count(1)
    expect(pane.panel.get_by_role("status")).to_have_text("0 of 0 entries")
    pane.element.get_by_role("textbox", name="Length of time").fill("soon")
    pane.button("Advance").click()
    opened.allow("status of 400")
    expect(pane.element.get_by_role("alert")).to_contain_text("soon")
    assert not modal(page)
    pane.button("New").click()
    expect(page.get_by_role("dialog", name="A new world")).to_be_visible()
    assert modal(page)
