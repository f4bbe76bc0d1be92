"""Chromium as these tests run it: this machine's, that can reach nothing but this machine."""

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # root has none, and nothing but our own page is opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
IN_CI = ("CI", "VSS_MOCK_CI")
"""Environment variables that say that there has to be a browser."""


def found() -> str:
    """Return the Chromium of this machine. Skips where there is none, fails where there must be."""
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    if any(os.environ.get(name) for name in IN_CI):
        pytest.fail("there is no Chromium here, which .ci/run installs")
    pytest.skip("there is no Chromium here: apt-get install chromium, or its like")


@contextmanager
def launched() -> "Iterator[Browser]":
    """Run a browser. While it runs, its thread has an event loop, and can run no other."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is long to import

    path = found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
