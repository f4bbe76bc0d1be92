"""Worlds as they are chosen, made, forked, kept and given up on the page."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.page.opened import Opened
from tests.page.shown import DRAWN, Pane, show, span
from vss_mock.client import Client
from vss_mock.embedded import World

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def pane_of(pane: Pane, name: str) -> "Locator":
    """Return the pane of another world beside or in the place of this one."""
    return pane.page.get_by_role("region", name=f"World {name}", exact=True)


def chooser(pane: "Locator") -> "Locator":
    return pane.get_by_role("combobox", name="World")


def test_a_world_is_made_chosen_and_deleted_and_a_refused_name_told(opened: Opened) -> None:
    pane = show(opened)
    pane.button("New").click()
    dialog = opened.page.get_by_role("dialog", name="A new world")
    dialog.get_by_role("textbox", name="Name").fill("Bad name")
    dialog.get_by_role("combobox", name="Dialect of the API").select_option("2026")
    dialog.get_by_role("combobox", name="Clock").select_option("auto")
    opened.allow("status of 400.*worlds/Bad%20name")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("'Bad name' is not a name")
    dialog.get_by_role("textbox", name="Name").fill("good-name")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_have_count(0)
    made = pane_of(pane, "good-name")
    expect(made.get_by_role("combobox", name="clock")).to_have_value("auto")
    expect(pane.element).to_have_count(0)
    told = opened.page.request.get("/_mock/worlds/good-name").json()
    assert (told["dialect"], told["mode"]) == ("2026", "auto")
    chooser(made).select_option("default")
    expect(pane.bar(1)).to_have_count(0)
    expect(made).to_have_count(0)
    chooser(pane.element).select_option("good-name")
    made.get_by_role("button", name="Delete").click()
    expect(chooser(pane.element).get_by_role("option")).to_have_text(["default"])
    expect(made).to_have_count(0)


def test_a_fork_stands_below_its_parent_over_the_same_time(opened: Opened) -> None:
    pane = show(opened)
    pane.ask()
    opened.vss.clock.step()
    pane.button("Fork here").click()
    panes = opened.page.get_by_role("region", name=re.compile("^World "))
    expect(panes).to_have_count(2)
    below = Pane(opened.page, world_of(opened, panes.last.get_attribute("aria-label") or ""))
    expect(below.time).to_have_text(pane.time.inner_text())
    expect(pane.element).to_be_visible()
    below.call("PUT", "/v2/request/snapshot/2", {"attribute": "duration", "value": 12})
    expect(below.bar(2)).to_contain_class("longer")
    expect(pane.bar(2)).not_to_contain_class("longer")
    short, longer = span(pane.bar(2).locator(".block")), span(below.bar(2).locator(".block"))
    assert short.left == longer.left
    assert abs((longer.right - longer.left) - 2 * (short.right - short.left)) <= 2
    opened.page.evaluate(DRAWN)
    first, second = pane.element.bounding_box(), below.element.bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"]
    pane.button("Zoom in").click()
    expect(pane.bar(2)).to_be_visible()
    assert span(pane.bar(2)).left == span(below.bar(2)).left
    opened.vss.clock.advance("12h")
    expect(pane.bar(2)).to_contain_class("processed")
    expect(below.bar(2)).to_contain_class("scheduled")
    below.button("Close").click()
    expect(below.element).to_have_count(0)


def world_of(opened: Opened, label: str) -> World:
    """Return a handle on a world that the page has made."""
    client = Client(opened.vss.url)
    try:
        return World(client, client.get(f"/_mock/worlds/{label.removeprefix('World ')}"))
    finally:
        client.close()


def test_a_world_that_others_delete_goes_and_one_that_is_not_there_is_told(opened: Opened) -> None:
    other = opened.vss.world(name="other")
    pane = show(opened, other)
    other.delete()
    expect(pane.element).to_have_count(0)
    expect(pane_of(pane, "default").get_by_role("time")).to_contain_text("2016-07-29 12:30:59")
    opened.allow("status of 404.*worlds/nowhere")
    opened.page.goto("/_mock/?world=nowhere")
    expect(opened.page.get_by_role("alert").filter(has_text="nowhere")).to_be_visible()


def test_a_world_is_reset_saved_and_loaded_into_another(opened: Opened, tmp_path: Path) -> None:
    pane = show(opened)
    pane.ask(description="kept")
    opened.vss.clock.step()
    expect(pane.bar(2)).to_contain_class("scheduled")
    with opened.page.expect_download() as saving:
        pane.button("Save").click()
    assert saving.value.suggested_filename == "default.json"
    file = tmp_path / "saved.json"
    saving.value.save_as(file)
    assert file.read_bytes() == opened.page.request.get("/_mock/worlds/default/saved").body()
    pane.button("Reset").click()
    expect(pane.bar(2)).to_have_count(0)
    expect(pane.time).to_contain_text("2016-07-29 12:30:59")
    other = opened.vss.world(name="other", dialect="2026")
    chooser(pane.element).select_option("other")
    there = Pane(opened.page, other)
    load(there, file)
    expect(there.bar(2)).to_contain_class("scheduled")
    expect(there.time).to_contain_text("2016-07-29 22:00:00")
    before = other.state()
    broken = tmp_path / "broken.json"
    alert = there.element.get_by_role("alert")
    opened.allow("status of 400.*other/saved")
    for content, told in (("{", "JSON"), ('{"kind": "x"}', "no saved world")):
        broken.write_text(content, encoding="utf-8")
        load(there, broken)
        expect(alert).to_contain_text(told)
    assert other.state() == before
    load(there, file)
    expect(alert).to_be_hidden()


def load(pane: Pane, file: Path) -> None:
    """Load a file into the world of a pane, as a person chooses it."""
    with pane.page.expect_file_chooser() as choosing:
        pane.button("Load").click()
    choosing.value.set_files(file)
