"""The page seen: it can be read, nothing is cut or covered, in the light and in the dark.

What it looked like is in build/page.
"""

from typing import TYPE_CHECKING

import pytest

from tests.meta.checkout import ROOT
from tests.page import audit
from tests.page.conftest import Open
from tests.page.visiting import visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK = {"viewport": {"width": 1280, "height": 720}}
PHONE = {
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
