"""The run as one HTML page that asks nobody for anything: no script, no font, no picture.

It is put together by `markup.element` alone, so that nothing a server said becomes markup; a
Content-Security-Policy forbids whatever might slip through.
"""

import base64
import hashlib
from typing import Final

from vss_mock.contract.reports.chapters import (
    all_rules,
    broken_rules,
    coverage,
    left_behind,
    standing,
    transitions_seen,
)
from vss_mock.contract.reports.document import instant
from vss_mock.contract.reports.markup import Html, element, raw
from vss_mock.contract.reports.style import SHEET
from vss_mock.contract.reports.summary import tally
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.rules import EVIDENCE
from vss_mock.contract.run import Run
from vss_mock.contract.secrets import Secrets

_HASH: Final = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
)
CHAPTERS: Final = (
    ("broken", "Broken rules", broken_rules),
    ("standing", "By suite and evidence", standing),
    ("coverage", "Answers reached", coverage),
    ("transitions", "Changes of requests", transitions_seen),
    ("left", "Left behind", left_behind),
    ("rules", "All rules", all_rules),
)


def render(run: Run, secrets: Secrets) -> bytes:
    """Return the page as HTML in UTF-8."""
    texts = Texts(secrets)
    page = element("html", _head(run, texts), _body(run, texts), lang="en")
    return f"<!DOCTYPE html>\n{page.text}\n".encode()


def _head(run: Run, texts: Texts) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{verdict(run)[1]} | VSS contract | {texts.plain(run.target)}"),
        raw("style", SHEET),
    )


def _body(run: Run, texts: Texts) -> Html:
    mood, words = verdict(run)
    return element(
        "body",
        element("a", "To the results", class_="skip", href="#results"),
        element(
            "header",
            element(
                "div",
                element("h1", f"VSS contract, {texts.plain(run.dialect)}"),
                element("p", words, class_="verdict"),
                element("p", element("code", texts.plain(run.target)), ", ", _when(run)),
                element("nav", element("ul", map(_link, CHAPTERS)), aria_label="Chapters"),
            ),
            class_=f"is-{mood}",
        ),
        element(
            "main",
            _numbers(run),
            _facts(run, texts),
            (
                element(
                    "section",
                    element("h2", title, id=f"{id}-title"),
                    chapter(run, texts),
                    id=id,
                    aria_labelledby=f"{id}-title",
                )
                for id, title, chapter in CHAPTERS
            ),
            id="results",
        ),
        element("footer", f"Written by vss-mock {texts.plain(run.version)}. No secret is in it."),
    )


def verdict(run: Run) -> tuple[str, str]:
    """Return how the run ended: kept, broken or unseen, and in words."""
    failing = sum(map(run.fails, run.outcomes))
    counted = tally("all", run.outcomes)
    judged = counted.kept + counted.broken
    if failing:
        return "broken", f"Broken: {_rules(failing)} of {judged:,}"
    if not judged:
        return "unseen", "Nothing was observed"
    if counted.broken:
        return "kept", f"Kept, with {_rules(counted.broken)} to be warned of"
    return "kept", f"Kept: {'the one rule' if judged == 1 else f'all {judged:,} rules'} observed"


def _rules(count: int) -> str:
    return f"{count:,} rule{'' if count == 1 else 's'}"


def _link(chapter: tuple[str, str, object]) -> Html:
    return element("li", element("a", chapter[1], href=f"#{chapter[0]}"))


def _when(run: Run) -> Html:
    moment = instant(run.started)
    return element("time", f"{moment[:16].replace('T', ' ')} UTC", datetime=moment)


def _numbers(run: Run) -> Html:
    counted = tally("all", run.outcomes)
    warned = counted.broken - sum(map(run.fails, run.outcomes))
    tiles = [
        ("kept", counted.kept, "rules kept"),
        (
            "broken",
            counted.broken,
            "rules broken" + (f", {warned:,} as a warning" if warned else ""),
        ),
        ("unseen", counted.not_observed, "rules not observed"),
        ("calls", run.calls, f"calls in {run.seconds:,.1f} s"),
    ]
    return element(
        "section",
        element(
            "ul",
            (
                element(
                    "li", element("span", f"{number:,}", class_="number"), " ", words, class_=kind
                )
                for kind, number, words in tiles
            ),
            class_="tiles",
        ),
        _bar(tiles[:3], counted.rules),
        aria_label="The result in numbers",
    )


def _bar(tiles: list[tuple[str, int, str]], rules: int) -> Html:
    """Draw how many rules of all have become what; the tiles above say the same in numbers."""
    widths = [number / rules * 1000 if rules else 0 for _, number, _ in tiles]
    return element(
        "svg",
        (
            element(
                "rect",
                class_=kind,
                x=f"{sum(widths[:place]):.2f}",
                y=0,
                width=f"{widths[place]:.2f}",
                height=10,
            )
            for place, (kind, _, _) in enumerate(tiles)
        ),
        class_="bar",
        viewBox="0 0 1000 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _facts(run: Run, texts: Texts) -> Html:
    facts = {
        "Virtual machine": run.vm,
        "Profile": run.profile,
        "Seed": str(run.seed),
        "Time on the server": run.time,
        "Evidence that fails the run": " or ".join(EVIDENCE[: EVIDENCE.index(run.fail_on) + 1]),
    }
    return element(
        "section",
        element(
            "dl",
            (
                element("div", element("dt", name), element("dd", texts.plain(value)))
                for name, value in facts.items()
            ),
            class_="facts",
        ),
        element("p", "The same again:", class_="repeat quiet small"),
        element("pre", element("code", texts.plain(run.command))),
        class_="card",
        aria_label="What was judged, and how",
    )
