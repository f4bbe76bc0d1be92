"""A browser for the tests of this folder, and mocks with pages in it that are watched.

The browser lives as long as tests of this folder run one after another: playwright keeps an event
loop running in their thread, in which no other test could run one of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.page.browser import launched
from tests.page.opened import Opened
from vss_mock import Mock

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Open = Callable[..., Opened]


@pytest.fixture(scope="package")
def browser() -> "Iterator[Browser]":
    with launched() as browser:
        yield browser


@pytest.fixture
def open_mock(browser: "Browser") -> Iterator[Open]:
    """Start a mock with these settings and open an empty page; options are of `new_context`.

    The test fails at its end if anything was wrong about the page that it did not allow.
    """
    with ExitStack() as mocks:
        pages: list[Opened] = []

        def open_mock(options: dict[str, Any] | None = None, **settings: Any) -> Opened:
            vss = mocks.enter_context(Mock(**settings))
            pages.append(Opened(browser, vss, **(options or {})))
            return pages[-1]

        yield open_mock
        problems = [problem for page in pages for problem in page.close()]
    if problems:
        pytest.fail("\n".join(["the page did what it should not:", *problems]), pytrace=False)


@pytest.fixture
def opened(open_mock: Open) -> Opened:
    """A mock of the demo world, and an empty page."""
    return open_mock()
