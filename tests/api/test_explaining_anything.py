"""Whatever was called, it is explained: as its schema says, and in commands that are only text.

The service is strict, so an explanation that its own schema refuses is a failure.
"""

import json
import re
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.caller import Caller, caller
from vss_mock.simulator.worlds import DEFAULT

MOCKS = {dialect: caller(dialect=dialect) for dialect in ("2016", "2019", "2026")}
TEXTS = st.text(max_size=40) | st.sampled_from(["it's", "$(x)", "=@/x", "\u202e", "a\\=b", "-n"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20) + 1, 10**20 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["description", "from_date", "valid_for", "value", "schedule", "attribute"])
    | TEXTS,
    st.sampled_from(["2016-07-29 22:00", 12, "12", "poweredOff", "duration", "x"]) | VALUES,
    max_size=5,
)
BODIES = st.binary(max_size=40) | (MEMBERS | VALUES).map(
    lambda value: json.dumps(value, ensure_ascii=False).encode(errors="replace")
)
TARGETS = st.builds(
    lambda path, query: "/v2/" + path + query,
    st.sampled_from(
        [
            *("vm", "vm/{uuid}", "vm/{uuid}/snapshot", "vm/{uuid}/snapshot/1", "vm/{uuid}/state"),
            *("request/snapshot", "request/snapshot/2", "request/change/1", "vm/{uuid}/cpu"),
            *("user", "x", ""),
        ]
    )
    | TEXTS.map(lambda text: "vm/" + quote(text)),
    st.just("") | TEXTS.map(lambda text: f"?name={quote(text)}&summary") | st.just("?page=1"),
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "M-SEARCH"])
TYPES = st.sampled_from(["application/json", "text/plain", "", "a\tb", None])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(MOCKS)), METHODS, TARGETS, BODIES, TYPES)
def test_whatever_was_called_is_explained(
    dialect: str, method: str, target: str, body: bytes, content_type: str | None
) -> None:
    mock = MOCKS[dialect]
    target = target.format(uuid=uuid(mock))
    mock(method, target, body, content_type=content_type)
    number = mock.service.worlds[DEFAULT].journal.last
    explained = mock.get(f"/_mock/journal/{number}").body
    told = mock.get(f"/_mock/journal?since={number - 1}").body["entries"][0]
    assert explained["call"]["target"] == told["target"]
    for tool in ("curl", "httpie"):
        only_text(explained["snippets"][tool])
    lines = explained["snippets"]["pyvss"]
    if lines is not None:
        assert all(line.isprintable() for line in lines.splitlines())
        compile(lines, "lines", "exec")
    peeked = mock.get(f"/_mock/peek?target={quote(target)}").body
    if method == "GET" and told["operation"] is not None:
        assert peeked["answer"]["status_code"] == explained["answer"]["status_code"]
    assert mock.service.worlds[DEFAULT].journal.last == number


def uuid(mock: Caller) -> str:
    return str(next(iter(mock.service.worlds[DEFAULT].world.inventory)).uuid)


def only_text(command: str | None) -> None:
    """See that what a shell would act on stands in quotes, but for one pipe from printf."""
    if command is None:
        return
    assert command.isprintable()
    outside = re.sub(r"""'[^']*'|"'\"""", "", command)
    assert re.fullmatch(r"(?:printf  [|] )?(?:curl|http)(?: [A-Za-z0-9@%+=:,./_-]*)*", outside)
