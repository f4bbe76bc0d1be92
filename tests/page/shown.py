"""The page at /_mock/ as a person finds their way in it: by what things are and are called."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import requests

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.page.opened import Opened
    from vss_mock.embedded import World

TORONTO = ZoneInfo("America/Toronto")
DAY = r"^[A-Z][a-z]{2} [0-9]{2}-[0-9]{2}$"
"""What the ruler calls a day, at its midnight in Toronto: `Sat 07-30`."""
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Kept once all is drawn that the page knows: it draws in the frame that follows a change."""


class Span(NamedTuple):
    """From where to where something is drawn, in pixels from the window's left edge."""

    left: float
    right: float


class Pane:
    """A world as it is shown: its clock, its time line, and what happened in it."""

    def __init__(self, page: "Page", world: "World") -> None:
        self.page = page
        self.world = world
        self.element = page.get_by_role("region", name=f"World {world.name}", exact=True)
        self.line = self.element.get_by_role("group", name="Time line")
        self.ruler = self.element.get_by_role("group", name="Events ahead")
        self.log = self.element.get_by_role("log", name="What happened")
        self.time = self.element.get_by_role("time")
        self.panel = page.get_by_role("complementary", name="Panel")

    def button(self, name: str) -> "Locator":
        """Return the button of this name."""
        return self.element.get_by_role("button", name=name, exact=True)

    def bar(self, id: int, kind: str = "request") -> "Locator":
        """Return the bar of a request."""
        named = re.compile(rf"(?<!change ){kind} {id}: ")
        return self.line.get_by_role("button", name=named)

    def machine(self, number: int) -> "Locator":
        """Return what stands for a machine at the left of its lane."""
        return self.line.get_by_role("button", name=self.world.vms[number].name, exact=True)

    def mark(self, event: str) -> "Locator":
        """Return the mark of an event ahead, as `take request 2`."""
        return self.ruler.get_by_role("button", name=re.compile(rf"^{event}\b"))

    def form(self, name: str) -> "Locator":
        """Return the form of this name, in the panel."""
        return self.panel.get_by_role("form", name=name)

    def tab(self, name: str) -> "Locator":
        """Let the panel show a tab; return what it shows."""
        self.panel.get_by_role("tab", name=name, exact=True).click()
        return self.panel.get_by_role("tabpanel", name=name, exact=True)

    def scale(self) -> Callable[[datetime], float]:
        """Return where an instant lies by the days that the ruler names, in pixels."""
        self.page.evaluate(DRAWN)
        ticks = self.ruler.locator(".tick").filter(has_text=re.compile(DAY))
        lefts = ticks.evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
        year = self.world.clock.local.year
        days = [
            datetime.strptime(f"{year} {text}", "%Y %a %m-%d").replace(tzinfo=TORONTO).timestamp()
            for text in ticks.all_inner_texts()
        ]
        assert len(days) > 1
        pixels_a_second = (lefts[-1] - lefts[0]) / (days[-1] - days[0])
        return lambda instant: lefts[0] + (instant.timestamp() - days[0]) * pixels_a_second

    def ask(self, machine: int = 0, **members: Any) -> int:
        """Ask for a snapshot as another client does; return the request's id."""
        body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "x"} | members
        target = f"/v2/vm/{self.world.vms[machine].uuid}/snapshot"
        answer = self.call("POST", target, body)
        return int(answer["data"]["_links"]["request"].rpartition("/")[2])

    def call(self, method: str, target: str, body: Any = None) -> Any:
        """Call the API as another client does; return its document."""
        answer = requests.request(
            method,
            f"{self.world.url}{target}",
            json=body,
            headers=self.world.headers | {"Content-Type": "application/json"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def record(self, id: int) -> Any:
        """Return a snapshot request as the API documents it, without leaving a trace."""
        return peeked(self.world, f"/v2/request/snapshot/{id}")["data"]


def peeked(world: "World", target: str) -> Any:
    """Return what a GET is answered, without leaving a trace."""
    url = f"{world.url}/_mock/worlds/{world.name}/peek?target={quote(target)}"
    return requests.get(url, timeout=10).json()["answer"]["body"]


def spelled(text: str) -> datetime:
    """Read a date as the API spells it: `2016-07-29 22:00:00 EDT`."""
    return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=TORONTO)


def span(locator: "Locator") -> Span:
    """Return from where to where something is drawn, with all that the page was told of."""
    locator.page.evaluate(DRAWN)
    box = locator.bounding_box()
    assert box is not None
    return Span(box["x"], box["x"] + box["width"])


def show(opened: "Opened", world: "World | None" = None, query: str = "") -> Pane:
    """Open the page at a world, the default one unless told; wait until all is there."""
    world = world or opened.vss
    opened.page.goto(f"/_mock/?world={world.name}{query}")
    pane = Pane(opened.page, world)
    pane.ruler.locator(".tick").first.wait_for()
    return pane
