"""A walk told so that it can be repeated: every call as a command, the answers, what is broken."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import responses

from vss_mock.contract.rules import Told
from vss_mock.contract.scenario import Stage, Walk
from vss_mock.contract.transport import Answer

LONGEST_ANSWER = 2000
"""How many characters of the last answer are shown."""
LONGEST_EARLIER = 300
"""How many characters of each answer before it are shown."""
LONGEST_VALUE = 300
"""How many characters of a value that is not as expected are shown."""

_SECRET = re.compile(r'("(?:token|password)": ?)"[^"]*"')


def hidden(text: str) -> str:
    """Return a text without what JSON says is a token or a password."""
    return _SECRET.sub(r'\1"(hidden)"', text)


def tell(walk: Walk, url: str) -> str:
    """Return a walk as text: what was claimed, on what it rests, the calls, what is broken."""
    return "\n".join(_lines(walk, url))


def told(
    walk: Walk, url: str, hide: Callable[[str], str], until: Stage | None = None
) -> tuple[Told, ...]:
    """Return the steps of a walk up to a stage, or to its end; `hide` sees every text."""
    stages = list(walk.stages)
    if until is not None:
        # The stage itself is meant, and not one that happens to be equal to it.
        stages = stages[: next(i for i, one in enumerate(stages, 1) if one is until)]
    return tuple(
        Told(
            hide(_what(stage)),
            hide(_command(stage, url)),
            _shown(stage.answer, hide, LONGEST_ANSWER if last else LONGEST_EARLIER),
        )
        for last, stage in ((stage is stages[-1], stage) for stage in stages)
    )


def _lines(walk: Walk, url: str) -> Iterator[str]:
    yield f"{walk.scenario.id}: {walk.scenario.title}"
    for stage, step in zip(walk.stages, told(walk, url, hidden), strict=True):
        yield f"{stage.number:3}. {step.what}"
        yield f"     {step.command}"
        if stage is walk.stages[-1] and step.answer:
            yield f"     {step.answer}"
        yield from _broken(stage)
    if walk.unseen:
        yield f"     not observed: {walk.unseen}"


def _broken(stage: Stage) -> Iterator[str]:
    heading = ""
    for broken in [*stage.breaks, *stage.flaws]:
        rule = f", {broken.rule}" if broken.rule else ""
        above, heading = heading, f"     broken ({broken.evidence}: {broken.source}{rule}):"
        if heading != above:
            yield heading
        secret = broken.where.endswith("/token")
        actual = "(hidden)" if secret else _short(hidden(broken.actual), LONGEST_VALUE)
        expected = _short(broken.expected, LONGEST_VALUE)
        yield f"     - {broken.where or 'the body'}: expected {expected}, got {actual}"


def _what(stage: Stage) -> str:
    step = stage.step
    what = step.get("call") or " ".join(f"{name} {step[name]}" for name in step if name != "note")
    status = f" -> {stage.answer.status}" if stage.answer is not None else ""
    return f"{what}{status}" + (f" ({step['note']})" if "note" in step else "")


def _command(stage: Stage, url: str) -> str:
    return "# time passes by itself" if stage.sent is None else stage.sent.curl(url)


def _shown(answer: Answer | None, hide: Callable[[str], str], longest: int) -> str:
    if answer is None:
        return ""
    text = answer.body.decode(errors="replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    # What is secret has to be whole to be found, so it is hidden before the text is cut.
    shown = _short(hide(text), longest)
    return f"{answer.status} {responses.get(answer.status, '')} {shown}".rstrip()


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
