"""A server that lies is found out, and what is said of it names the lie.

This is how the scenarios and the walk are known to be able to fail: each of them passes the mock.
"""

import pytest

from tests.contract import lies
from tests.contract.stage import SCENARIOS, place, walked
from vss_mock.contract.scenario import Walk
from vss_mock.contract.story import tell
from vss_mock.contract.transport import Answer
from vss_mock.embedded import Mock

REQUEST = "/v2/request/snapshot/"
DONE = Answer(204, {}, b"")

# What is wrong, the scenario that finds it, where it says it is, and the lie.
LIES: dict[str, tuple[str, str, lies.Lie]] = {
    "a status word in capitals": (
        "taken-at-its-date",
        "/data/status",
        lies.replacing('"Scheduled"', '"SCHEDULED"'),
    ),
    "a status word of another state": (
        "deleted-at-its-end",
        "/data/status",
        lies.replacing('"Scheduled"', '"Processed"'),
    ),
    "an action that stays": (
        "how-to-schedule-a-snapshot",
        "/data/action",
        lies.replacing('"Delete"', '"Create"'),
    ),
    "an end that is an hour late": (
        "how-to-schedule-a-snapshot",
        "/data/snapshot/to_date",
        lies.replacing("2016-07-30 10:00:00 EDT", "2016-07-30 11:00:00 EDT"),
    ),
    "winter time in summer": (
        "taken-at-its-date",
        "/data/updated_on",
        lies.replacing(" EDT", " EST"),
    ),
    "a time in UTC": (
        "taken-at-its-date",
        "/data/0/createTime",
        lies.replacing('"2016-07-29 22:00:00"', '"2016-07-30 02:00:00"'),
    ),
    "a missing key": (
        "root-and-user",
        "/data",
        lies.rewriting(lambda document: document["data"].pop("status"), "/v2/user"),
    ),
    "a key that no document has": (
        "revert",
        "/data/snapshot",
        lies.rewriting(lies.member("data", "snapshot", "extensions", value=0), REQUEST),
    ),
    "a number as text": (
        "age",
        "/data/0/id",
        lies.rewriting(lies.member("data", 0, "id", value="1"), "/snapshot/1"),
    ),
    "text as a number": (
        "taken-at-its-date",
        "/data/snapshot/snap_id",
        lies.replacing('"snap_id":"1"', '"snap_id":1'),
    ),
    "a link to another host": (
        "links-lead-back",
        "link",
        lies.rewriting(
            lies.member(
                "data", "_links", "request", value="http://vss.example/v2/request/snapshot/2"
            ),
            "/snapshot",
            "POST",
        ),
    ),
    "a link to something else": (
        "links-lead-back",
        "/data/_links/vm",
        lies.rewriting(
            lambda document: document["data"]["_links"].update(vm=document["_link"]["self"]),
            REQUEST,
        ),
    ),
    "a link that leads nowhere": (
        "links-lead-back",
        "status",
        lies.rewriting(
            lambda document: document["data"]["_links"].update(
                vm=document["data"]["_links"]["vm"][:-4] + "0000"
            ),
            REQUEST,
        ),
    ),
    "another success than accepted": (
        "revert",
        "status",
        lies.saying(202, 200, "PATCH", "/snapshot/"),
    ),
    "a fourth extension": (
        "extend-three-times",
        "status",
        lies.saying(400, 204, "PUT", REQUEST, b""),
    ),
    "an extension forgotten": (
        "extend-three-times",
        "/data/snapshot/to_date",
        lies.forgetting("PUT", REQUEST, DONE),
    ),
    "an extension that is too long": (
        "extend-hours",
        "status",
        lies.hearing(b'"value": 73', b'"value": 72'),
    ),
    "hours that are too many": ("hours-to-live", "status", lies.hearing(b": 73", b": 72")),
    "hours as text refused": ("hours-to-live", "status", lies.hearing(b': "12"', b': "x"')),
    "an hour that does not exist": (
        "clocks-go-forward",
        "status",
        lies.hearing(b"2016-03-13 02:", b"2016-03-13 03:"),
    ),
    "a transition a second early": (
        "taken-at-its-date",
        "/data/status",
        lies.doing_more(lies.early),
    ),
    "a transition that is late": ("deleted-at-its-end", "/data/status", lies.asking(lies.late)),
    "a read that changes what it reads": (
        "deleted-at-its-end",
        "/data/status",
        lies.doing_more(lies.extending),
    ),
    "a refused call that leaves something behind": (
        "hours-to-live",
        "/meta/count",
        lies.doing_more(lies.using_up_ids),
    ),
    "a stale answer": ("deleted-at-its-end", "/data", lies.stale("/v2/vm/")),
    "a list in another order": (
        "find-virtual-machines",
        "/data/0/name",
        lies.rewriting(lies.backwards, "/v2/vm"),
    ),
    "a total that is one short": (
        "pages",
        "/meta/pages/total",
        lies.replacing('"total":25', '"total":24'),
    ),
    "somebody else's machines": (
        "what-a-user-may-not-see",
        "/meta/user",
        lies.asking(lies.as_somebody_else),
    ),
    "no token needed": ("not-logged-in", "status", lies.saying(401, 200, "GET", "/v2/")),
    "no word on how to log in": (
        "not-logged-in",
        "WWW-Authenticate",
        lies.without_header("www-authenticate"),
    ),
    "no word on what is allowed": ("wrong-methods", "Allow", lies.without_header("allow")),
    "a body after HEAD": (
        "head",
        "",
        lies.answering(
            lambda asked, answer: answer._replace(body=b"{}") if asked.method == "HEAD" else answer
        ),
    ),
    "an error that is no JSON": (
        "unknown-things",
        "",
        lies.answering(
            lambda _, answer: (
                answer._replace(body=b"404: Not Found") if answer.status == 404 else answer
            )
        ),
    ),
    "an answer without its type": (
        "age",
        "Content-Type",
        lies.without_header("content-type"),
    ),
    "an error that is a fault": (
        "refused-dates",
        "status",
        lies.saying(400, 500, "POST", "/v2/vm/"),
    ),
}


def lied_to(mock: Mock, name: str, lie: lies.Lie) -> Walk:
    with place(mock, SCENARIOS[name], lie) as there:
        return walked(SCENARIOS[name], there)


@pytest.mark.parametrize("what", LIES)
def test_the_walk_finds(mock: Mock, what: str) -> None:
    name, where, lie = LIES[what]
    walk = lied_to(mock, name, lie)
    found = [broken.where for stage in walk.stages for broken in [*stage.breaks, *stage.flaws]]
    assert where in found, f"found at {found}\n{tell(walk, mock.url)}"


def test_the_story_of_a_lie_can_be_repeated(mock: Mock) -> None:
    name, _, lie = LIES["a status word in capitals"]
    walk = lied_to(mock, name, lie)
    story = tell(walk, "http://127.0.0.1:8001").splitlines()
    assert story[0] == "taken-at-its-date: A snapshot is taken at its date, not a second before"
    assert story[1] == "  1. vm-snapshot-create -> 202"
    assert story[2].startswith('     curl -s -X POST -H "Authorization: Bearer $TOKEN" -H ')
    assert "http://127.0.0.1:8001/v2/vm/" in story[2]
    assert '"valid_for": 12' in story[2]
    assert story[3] == "  2. advance_to 2016-07-29T21:59:59 -> 200"
    assert '{"advance_to": "2016-07-29T21:59:59"}' in story[4]
    assert "     broken (documented: How to schedule a VM snapshot (2016-08)):" in story
    assert '     - /data/status: expected "Scheduled", got "SCHEDULED"' in story


def test_no_story_shows_a_token(mock: Mock) -> None:
    lie = lies.rewriting(lies.member("user", value="x"), "/auth/request-token", "POST")
    walk = lied_to(mock, "log-in", lie)
    assert walk.breaks
    told = tell(walk, mock.url)
    assert '"token": "(hidden)"' in told
    assert '-u "$LOGIN:$PASSWORD"' in told
    assert ".jm-token" not in told
    assert "eyJ" not in told
