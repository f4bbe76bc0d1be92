"""The page opens, and leads to the API."""

from tests.page.opened import Opened


def test_the_page_opens_without_a_complaint(opened: Opened) -> None:
    answer = opened.page.goto("/_mock?tour")
    assert answer is not None
    assert answer.status == 200
    assert opened.page.url == f"{opened.vss.url}/_mock/?tour"
    assert opened.page.title()
