"""The page at /_mock/ in Chromium: its first view, its frames, how late it tells of others."""

import shutil
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks import processes
from tests.benchmarks.calls import ask
from tests.benchmarks.processes import Server
from tests.benchmarks.table import Row, at_most
from tests.benchmarks.timing import spell_seconds

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FEW, MANY = 1_000, 10_000
"""Requests, on a thousand machines."""
STEPS = 30
SEEN = """
  window.seen = new Promise((resolve) => {
    const look = () => document.querySelector(".bar") &&
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    new MutationObserver(look).observe(document, {subtree: true, childList: true});
  });
"""
"""Tells when the first bars are drawn, in milliseconds since the page was asked for."""
FRAMES = """async ([all, steps]) => {
  const named = (name) => [...document.querySelectorAll("button")].find(
    (each) => each.textContent.startsWith(name));
  const shown = document.querySelector("time");
  const frame = () => new Promise(requestAnimationFrame);
  const changed = () => new Promise((resolve) => {
    const observer = new MutationObserver(() => (observer.disconnect(), resolve()));
    observer.observe(shown, {childList: true, characterData: true, subtree: true});
  });
  let going = true;
  const frames = [];
  const recorded = (async () => {
    for (let last = await frame(); going;) {
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
  })();
  if (all) named("All").click();
  for (let step = 0; step < steps; step++) {
    const moved = changed();
    named("Step").click();
    await moved;
    await frame();
    await frame();
  }
  if (!steps) await new Promise((resolve) => setTimeout(resolve, 1000));
  going = false;
  await recorded;
  return frames;
}"""
"""Steps the clock, or rests a second; returns how many milliseconds each frame took meanwhile."""
WATCH = """() => {
  window.moved = [];
  new MutationObserver(() => window.moved.push(Date.now())).observe(
    document.querySelector("time"), {childList: true, characterData: true, subtree: true});
}"""
"""Notes when the time that is shown changes, by the clock of this machine."""


class Frames(NamedTuple):
    """How long frames took, in seconds."""

    middle: float
    longest: float


def measure(quick: bool) -> Sequence[Row]:
    """Measure the page with few and with many requests."""
    from tests.page.browser import NAMES, launched  # noqa: PLC0415 - needs what tests need

    if not any(shutil.which(name) for name in NAMES):
        return [Row("not measured: there is no Chromium here", "", "", 0)]
    rounds = 3 if quick else 9
    with launched() as browser:
        with processes.running(_crowded(FEW)) as mock:
            firsts = [_first_view(browser, mock) for _ in range(rounds)]
            delays = _delays(browser, mock, rounds * 10)
        with processes.running(_crowded(MANY)) as mock:
            rest = _frames(browser, mock, 0)
            near = _frames(browser, mock, STEPS)
            whole = _frames(browser, mock, STEPS, whole=True)
    late = sorted(delays)[int(len(delays) * 0.99)]
    return [
        Row(f"first view of {FEW:,} requests", "", spell_seconds(median(firsts)), rounds),
        Row(
            "    another client's move of the clock, until it shows: median, p99, longest",
            "",
            ", ".join(spell_seconds(each) for each in (median(delays), late, max(delays))),
            len(delays),
            *at_most(late, 0.2, "p99 at most 200 ms"),
        ),
        _row(f"{STEPS} steps of {MANY:,} requests: median frame, longest", near),
        _row("    with all of them in sight", whole),
        _row("    no step: what this machine does to a page at rest", rest),
    ]


def _row(what: str, frames: Frames) -> Row:
    return Row(what, "", ", ".join(spell_seconds(each) for each in frames), 1)


def _crowded(count: int) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.crowded", str(count)]


def _opened(browser: "Browser", mock: Server) -> "tuple[Page, float]":
    """Open the page; return it, and how many seconds it took until its first bars were drawn."""
    page = browser.new_page()
    page.add_init_script(SEEN)
    page.goto(f"http://127.0.0.1:{mock.port}/_mock/")
    took: float = page.evaluate("window.seen")
    return page, took / 1000


def _first_view(browser: "Browser", mock: Server) -> float:
    page, took = _opened(browser, mock)
    page.close()
    return took


def _delays(browser: "Browser", mock: Server, count: int) -> list[float]:
    """Move the clock as another client; return how late each move showed after its answer."""
    page, _ = _opened(browser, mock)
    page.evaluate(WATCH)
    answered = []
    for number in range(1, count + 1):
        ask(mock, "POST", "/_mock/clock", {"advance": "1s"})
        answered.append(time.time())
        page.wait_for_function("count => window.moved.length >= count", arg=number)
    moved: list[float] = page.evaluate("window.moved")
    page.close()
    return [max(0.0, at / 1000 - then) for at, then in zip(moved, answered, strict=True)]


def _frames(browser: "Browser", mock: Server, steps: int, *, whole: bool = False) -> Frames:
    """Step from event to event on the page; return how long its frames took."""
    ask(mock, "POST", "/_mock/reset")
    page, _ = _opened(browser, mock)
    frames: list[float] = page.evaluate(FRAMES, [whole, steps])
    page.close()
    return Frames(median(frames) / 1000, max(frames) / 1000)
