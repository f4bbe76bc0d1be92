"""The chapters of the page: what is broken and how to see it, what was reached, every rule."""

from collections.abc import Iterator
from typing import Final

from vss_mock.contract.reports.markup import Html, Inside, element
from vss_mock.contract.reports.summary import Cell, Row, Tally, rows, tallies, transitions
from vss_mock.contract.reports.texts import Texts
from vss_mock.contract.rules import BROKEN, EVIDENCE, KEPT, Finding, Outcome, Told
from vss_mock.contract.run import Run

MOST_TOLD: Final = 20
"""How many findings of one rule are told."""
KNOWN: Final = {
    "documented": "a document of the API shows it",
    "client": "a real client relies on it",
    "assumed": "neither does; a real server may differ",
}
MOODS: Final = {KEPT: "kept", BROKEN: "broken"}


def broken_rules(run: Run, texts: Texts) -> Inside:
    """Tell each broken rule, those that fail the run first."""
    broken = [outcome for outcome in run.outcomes if outcome.verdict == BROKEN]
    if not broken:
        return element("p", "None.")
    broken.sort(key=lambda outcome: not run.fails(outcome))
    return [_broken(outcome, run, texts) for outcome in broken]


def _broken(outcome: Outcome, run: Run, texts: Texts) -> Html:
    rule, found = outcome.rule, outcome.findings
    fails = run.fails(outcome)
    more = len(found) - MOST_TOLD
    return element(
        "article",
        element("h3", texts.plain(rule.title)),
        element(
            "p",
            element("span", "broken" if fails else "warning", class_=f"badge {_mood(fails)}"),
            element("code", texts.plain(rule.id)),
            element("span", f"suite {texts.plain(rule.suite)}"),
            _known(rule.evidence, rule.source, texts),
            class_="meta",
        ),
        element("p", texts.plain(outcome.why), class_="small") if outcome.why else None,
        [_finding(finding, outcome, run, texts) for finding in found[:MOST_TOLD]],
        element("p", f"And {more:,} more, which the JSON report tells.") if more > 0 else None,
        class_="card rule" if fails else "card rule warning",
    )


def _mood(fails: bool) -> str:
    return "broken" if fails else "unseen"


def _known(evidence: str, source: str, texts: Texts) -> Inside:
    return [
        element("span", texts.plain(evidence), class_="badge known"),
        element("span", texts.plain(source)),
    ]


def _finding(finding: Finding, outcome: Outcome, run: Run, texts: Texts) -> Html:
    rule = outcome.rule
    own = (finding.evidence, finding.source) != (rule.evidence, rule.source)
    where = element("code", texts.plain(finding.where)) if finding.where else "the whole answer"
    return element(
        "div",
        element("h4", "At ", where),
        element("p", _known(finding.evidence, finding.source, texts), class_="meta")
        if own
        else None,
        element(
            "dl",
            _value("Expected", "expected", finding.expected, texts),
            _value("Got", "got", finding.actual, texts),
            class_="pair",
        ),
        element("p", texts.plain(finding.note), class_="small") if finding.note else None,
        _walk(finding, run, texts),
        class_="finding",
    )


def _value(name: str, kind: str, value: str, texts: Texts) -> Html:
    shown = element("dd", element("pre", element("code", texts.plain(value))))
    return element("div", element("dt", name), shown, class_=kind)


def _walk(finding: Finding, run: Run, texts: Texts) -> Html:
    steps = len(finding.walk)
    return element(
        "details",
        element("summary", f"The walk that shows it: {steps} step{'' if steps == 1 else 's'}"),
        element("ol", (_step(told, texts) for told in finding.walk), class_="walk")
        if finding.walk
        else None,
        element("p", f"The whole run again, with seed {run.seed}:", class_="again quiet small"),
        element("pre", element("code", texts.plain(run.command))),
    )


def _step(told: Told, texts: Texts) -> Html:
    answer = element("code", texts.plain(told.answer))
    return element(
        "li",
        texts.plain(told.what),
        element("pre", element("code", texts.plain(told.command))) if told.command else None,
        element("pre", answer, class_="answer") if told.answer else None,
    )


def standing(run: Run, texts: Texts) -> Inside:
    """Count rules by suite and by evidence."""
    by_suite = tallies(run, lambda outcome: outcome.rule.suite)
    by_evidence = sorted(
        tallies(run, lambda outcome: outcome.rule.evidence),
        key=lambda counted: EVIDENCE.index(counted.name),
    )
    return element(
        "div",
        _tally_table("Suite", by_suite, texts),
        _tally_table("Evidence", by_evidence, texts),
        class_="halves",
    )


def _tally_table(name: str, counted: list[Tally], texts: Texts) -> Html:
    body = (
        element(
            "tr",
            element(
                "th",
                texts.plain(one.name),
                element("div", KNOWN[one.name], class_="quiet small")
                if one.name in KNOWN
                else None,
                scope="row",
            ),
            (
                element("td", f"{number:,}", class_="number-cell")
                for number in (one.kept, one.broken, one.not_observed)
            ),
        )
        for one in counted
    )
    numbers = ("Kept", "Broken", "Not observed")
    return _table(f"Rules by {name.lower()}", (name,), numbers, body)


def _table(caption: str, words: tuple[str, ...], numbers: tuple[str, ...], body: Inside) -> Html:
    """Return a table: columns of words, then columns of numbers."""
    heads = [element("th", one, scope="col") for one in words]
    heads += [element("th", one, scope="col", class_="number-cell") for one in numbers]
    return _scrolling(
        caption,
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", heads)),
            element("tbody", body),
        ),
    )


def _scrolling(name: str, table: Html) -> Html:
    """Return a table that scrolls by itself where it is too wide, by keyboard too."""
    kind = "card scroll"
    return element("div", table, class_=kind, tabindex=0, role="region", aria_label=name)


def coverage(run: Run, texts: Texts) -> Inside:
    """Show which operations answered with which status codes, how often."""
    found = rows(run)
    cells = [cell for row in found for cell in row.cells]
    documented = [cell for cell in cells if cell.documented]
    reached = sum(cell.times > 0 for cell in documented)
    odd = len(cells) - len(documented)
    codes = sorted({cell.status for cell in cells})
    heads = [element("th", name, scope="col") for name in ("Operation", *map(str, codes))]
    return [
        element(
            "p",
            f"{reached:,} of {len(documented):,} documented answers were reached; "
            f"{odd:,} came that no document has.",
            class_="quiet",
        ),
        _scrolling(
            "Operations by status codes",
            element(
                "table",
                element("caption", "How often each operation answered with each status code"),
                element("thead", element("tr", heads)),
                element("tbody", (_matrix_row(row, codes, texts) for row in found)),
                class_="matrix",
            ),
        ),
    ]


def _matrix_row(row: Row, codes: list[int], texts: Texts) -> Html:
    cells = {cell.status: cell for cell in row.cells}
    return element(
        "tr",
        element(
            "th",
            texts.plain(row.id),
            element("code", _breakable(texts.plain(f"{row.method} {row.path}"))),
            scope="row",
        ),
        (_matrix_cell(cells.get(code)) for code in codes),
    )


def _breakable(path: str) -> Inside:
    """Return a path that may be broken before each slash."""
    first, *others = path.split("/")
    return [first, ([element("wbr"), f"/{part}"] for part in others)]


def _matrix_cell(cell: Cell | None) -> Html:
    if cell is None:
        return element("td")
    if not cell.documented:
        words = element("small", "not documented")
        return element("td", element("span", f"{cell.times:,} ", words), class_="odd")
    if not cell.times:
        return element("td", element("span", "0 ", element("small", "missed")), class_="miss")
    return element("td", element("span", f"{cell.times:,}"), class_="hit")


def transitions_seen(run: Run, texts: Texts) -> Inside:
    """Show how requests were seen to change."""
    seen = transitions(run)
    if not seen:
        return element("p", "No request was seen.")
    body = (
        element(
            "tr",
            element("td", texts.plain(before)),
            element("td", texts.plain(after)),
            element("td", f"{times:,}", class_="number-cell"),
        )
        for before, after, times in seen
    )
    caption = "Action and status of a request, each time it was seen anew"
    return _table(caption, ("Was", "Became"), ("How often",), body)


def left_behind(run: Run, texts: Texts) -> Inside:
    """Name what the run could not clean up."""
    if not run.left:
        return element("p", "Nothing: what the run made on the server is gone.")
    return element(
        "ul", (element("li", texts.plain(line)) for line in run.left), class_="left card"
    )


def all_rules(run: Run, texts: Texts) -> Iterator[Html]:
    """List every rule with its verdict, suite by suite."""
    for counted in tallies(run, lambda outcome: outcome.rule.suite):
        numbers = (
            f"{counted.kept:,} kept, {counted.broken:,} broken, "
            f"{counted.not_observed:,} not observed"
        )
        inside = (one for one in run.outcomes if one.rule.suite == counted.name)
        yield element(
            "details",
            element(
                "summary",
                element("h3", texts.plain(counted.name)),
                " ",
                element("span", numbers, class_="quiet"),
            ),
            element("ul", (_rule(outcome, texts) for outcome in inside), class_="rules"),
            class_="card suite",
        )


def _rule(outcome: Outcome, texts: Texts) -> Html:
    rule = outcome.rule
    mood = MOODS.get(outcome.verdict, "unseen")
    return element(
        "li",
        element("div", element("span", outcome.verdict, class_=f"badge {mood}")),
        element(
            "div",
            element("p", texts.plain(rule.title)),
            element("p", texts.plain(outcome.why), class_="small") if outcome.why else None,
            element(
                "p",
                element("code", texts.plain(rule.id)),
                _known(rule.evidence, rule.source, texts),
                class_="meta",
            ),
        ),
    )
