"""A walk that broke a rule, told so that it can be repeated: every call, and the last answer."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from http.client import responses

from vss_mock.contract.scenario import Stage, Walk
from vss_mock.contract.transport import Answer

LONGEST_ANSWER = 2000
"""How many characters of an answer are shown."""
LONGEST_VALUE = 300
"""How many characters of a value that is not as expected are shown."""

_SECRET = re.compile(r'("(?:token|password)": ?)"[^"]*"')


def tell(walk: Walk, url: str) -> str:
    """Return a walk as text: what was claimed, on what it rests, the calls, what is broken."""
    return "\n".join(_lines(walk, url))


def _lines(walk: Walk, url: str) -> Iterator[str]:
    claim, last = walk.scenario, walk.stages[-1]
    yield f"{claim.id}: {claim.title}"
    for stage in walk.stages:
        yield f"{stage.number:3}. {_what(stage)}"
        yield f"     {stage.sent.curl(url)}"
    if last.answer is not None:
        yield f"     {_answer(last.answer)}"
    if not walk.breaks:
        return
    evidence = last.step.get("evidence", claim.evidence)
    yield f"     broken ({evidence}: {last.step.get('source', claim.source)}):"
    for broken in walk.breaks:
        secret = broken.where.endswith("/token")
        actual = "(hidden)" if secret else _short(_hidden(broken.actual), LONGEST_VALUE)
        yield f"     - {broken.where or 'the body'}: expected {broken.expected}, got {actual}"


def _what(stage: Stage) -> str:
    step = stage.step
    what = step.get("call") or " ".join(f"{name} {step[name]}" for name in step if name != "note")
    status = f" -> {stage.answer.status}" if stage.answer is not None else ""
    return f"{what}{status}" + (f" ({step['note']})" if "note" in step else "")


def _answer(answer: Answer) -> str:
    text = answer.body.decode(errors="replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    shown = _short(_hidden(text), LONGEST_ANSWER)
    return f"{answer.status} {responses.get(answer.status, '')} {shown}".rstrip()


def _hidden(text: str) -> str:
    return _SECRET.sub(r'\1"(hidden)"', text)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
