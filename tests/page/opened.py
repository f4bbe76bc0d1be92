"""A page of a mock in a browser, and everything about it that should not be."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vss_mock import Mock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebError

TIMEOUT_MS = 15_000
ALARMS = ("error", "warning")
"""The levels of the console that nothing may be told at."""
TELL_VIOLATIONS = """
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI || event.sample}`);
  });
"""


class Opened:
    """A mock of one's own, and a page of a browser that knows nothing yet.

    Addresses that `page.goto` is given begin with a slash and lead to the mock. What the page may
    not do is gathered in `problems`: errors and warnings on the console, errors that nobody
    caught, calls to anybody but the mock.
    """

    def __init__(self, browser: "Browser", vss: Mock, **options: Any) -> None:
        self.vss = vss
        self._allowed: list[str] = []
        self._problems: list[str] = []
        self._context = browser.new_context(base_url=vss.url, **options)
        self._context.set_default_timeout(TIMEOUT_MS)
        self._context.add_init_script(TELL_VIOLATIONS)
        self._context.on("console", self._hear)
        self._context.on("weberror", self._catch)
        self._context.on("request", self._watch)
        self.page: Page = self._context.new_page()

    def allow(self, pattern: str) -> None:
        """Let pass what a test means to happen: problems that this regular expression is found in.

        A test that allows what does not happen then is broken too.
        """
        self._allowed.append(pattern)

    def close(self) -> list[str]:
        """Close the page; return what should not have been, and what was allowed in vain."""
        self._context.close()
        left = [
            problem
            for problem in self._problems
            if not any(re.search(pattern, problem) for pattern in self._allowed)
        ]
        unseen = [
            f"{pattern!r} was allowed and did not happen"
            for pattern in self._allowed
            if not any(re.search(pattern, problem) for problem in self._problems)
        ]
        return left + unseen

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ALARMS:
            where = message.location["url"].removeprefix(self.vss.url)
            self._problems.append(f"console {message.type}: {message.text} ({where})")

    def _catch(self, problem: "WebError") -> None:
        self._problems.append(f"uncaught: {problem.error.stack or problem.error}")

    def _watch(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != (
            self.vss.url
        ):
            self._problems.append(f"a call to another server: {request.method} {request.url}")
