"""A mock that goes and comes back: the page says so, and shows what is there then."""

from functools import partial
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Open
from tests.page.shown import show
from vss_mock import server

TOKEN = "secret"
LOST = "no connection, trying again"


def test_the_page_waits_for_its_mock_and_goes_on_with_the_token_it_has(
    open_mock: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_mock(control_token=TOKEN)
    opened.allow("net::ERR_")  # as Chromium tells of each attempt
    page, vss = opened.page, opened.vss
    page.add_init_script(f"sessionStorage.setItem('vss-mock-control-token', '{TOKEN}')")
    pane = show(opened)
    pane.bar(pane.ask()).wait_for()
    port = urlsplit(vss.url).port or 0
    vss.stop()
    alert = pane.element.get_by_role("alert")
    expect(alert).to_have_text(LOST)
    pane.button("+ 1 h").click()  # in vain, and told so
    expect(alert).not_to_have_text("")

    monkeypatch.setattr(server, "start", partial(server.start, port=port))
    vss.start()
    assert urlsplit(vss.url).port == port
    expect(alert).to_have_count(0)
    expect(pane.bar(2)).to_have_count(0)  # the new mock has none
    pane.bar(pane.ask(1)).wait_for()
    pane.button("+ 1 h").click()
    expect(pane.time).to_contain_text("2016-07-29 13:30:59")
