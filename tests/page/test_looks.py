"""The page seen: it can be read, nothing is cut or covered, in the light and in the dark.

What it looked like is in build/page.
"""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.meta.checkout import ROOT
from tests.page import audit
from tests.page.conftest import Open
from tests.page.opened import Opened
from tests.page.shown import DRAWN, show
from tests.page.visiting import visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def photograph(page: "Page", name: str) -> None:
    """Keep what the page looks like, for people to look at."""
    page.screenshot(path=ROOT / "build" / "page" / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_is_legible_and_fits_on_a_small_desk(open_mock: Open, scheme: str) -> None:
    opened = open_mock({"color_scheme": scheme, **DESK})
    wrong = {}
    for state in visit(opened):
        photograph(opened.page, f"{scheme} {state}")
        wrong[state] = audit.contrast(opened.page) + audit.fits(opened.page)
    assert {state: found for state, found in wrong.items() if found} == {}


def test_all_is_legible_and_in_reach_of_a_finger_on_a_phone(open_mock: Open) -> None:
    opened = open_mock(PHONE)
    page = opened.page
    wrong = {}
    for state in visit(opened):
        wrong[state] = audit.fits(page) + audit.small(page)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            photograph(page, f"phone {scheme} {state}")
            wrong[state] += audit.contrast(page)
    assert {state: found for state, found in wrong.items() if found} == {}


def test_bars_lie_apart_and_a_tap_on_one_brings_its_details_into_sight(open_mock: Open) -> None:
    opened = open_mock(PHONE)
    pane = show(opened)
    first, id = pane.ask(), pane.ask()
    opened.page.evaluate(DRAWN)
    over, under = (pane.bar(each).bounding_box() for each in (first, id))
    assert over
    assert under
    assert over["y"] + over["height"] <= under["y"]
    pane.bar(id).tap()
    expect(opened.page.get_by_role("heading", name=f"request {id}")).to_be_in_viewport(ratio=1)
    expect(opened.page.get_by_role("tooltip")).to_be_hidden()


def test_colours_of_ones_own_are_let_be_and_nothing_moves_by_itself(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(forced_colors="active")
    moving = """() => [...document.querySelectorAll("*")].filter((each) => {
      const { animationName, transitionDuration } = getComputedStyle(each);
      return animationName !== "none" || parseFloat(transitionDuration) > 0;
    }).length + document.getAnimations().length"""
    for state in visit(opened):
        assert audit.contrast(page) == [], state
        assert page.evaluate(moving) == 0, state


def test_the_page_of_the_api_is_as_legible(open_mock: Open) -> None:
    opened = open_mock(DESK)
    page = opened.page
    page.goto("/_mock/page/api.html")
    page.locator(".opblock").first.wait_for()
    page.get_by_role("article").first.wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        photograph(page, f"{scheme} api")
        worn = page.evaluate("document.documentElement.classList.contains('dark-mode')")
        assert worn == (scheme == "dark"), "Swagger UI wears the other dress"
        assert audit.contrast(page) == []
    page.set_viewport_size(PHONE["viewport"])
    assert audit.fits(page) == []
    photograph(page, "phone dark api")
    page.get_by_role("link", name="Where the documents slip").click()
    expect(page.get_by_role("article").first).to_be_in_viewport()
    photograph(page, "phone dark slips")
