"""Lies told to walks over the reference model: what is done, and the rule that has to be named."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.contract.lies import (
    Asked,
    Lie,
    answering,
    as_somebody_else,
    asking,
    doing_more,
    early,
    extending,
    forgetting,
    hearing,
    late,
    member,
    replacing,
    rewriting,
    saying,
    stale,
    using_up_ids,
    without_header,
)
from vss_mock.contract.actions import (
    Act,
    Action,
    Advance,
    Consolidate,
    Extend,
    LogIn,
    Read,
    Refuse,
    Submit,
    UseTokens,
    When,
)
from vss_mock.contract.model import DELETE, REVERT
from vss_mock.contract.reading import Pick
from vss_mock.contract.transport import Answer, Transport

ROCKET = "\N{ROCKET}"
TAKEN = (Submit(0, 0, When(), 12, f"{ROCKET} at once"), Advance())
LATER = (Submit(0, 0, When(seconds=3600), 12, "later"),)
TWO = (*TAKEN, Submit(0, 0, When(), 24, "second"), Advance())
DELETED = (*TAKEN, Act(DELETE, 0, 0), Advance(1))
EXPANDED = "/v2/request/snapshot"
FIRST = "dc0/snapshot"
"""The snapshots of the first machine."""


class Told(NamedTuple):
    """A lie, a walk on which it shows, the rule that it breaks, and in which dialect."""

    lie: Lie
    walk: Sequence[Action]
    rule: str
    dialect: str = "2016"


def of_first(*path: str | int, value: Any) -> Any:
    """Return a change of the first item of a list, if it has one."""

    def change(document: Any) -> None:
        data = document["data"]
        if isinstance(data, list) and data and isinstance(data[0], dict):
            member("data", 0, *path, value=value)(document)

    return change


def of_each(change: Any) -> Any:
    """Return a change of every item of an expanded list."""

    def every(document: Any) -> None:
        data = document["data"]
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict):
                change(item)

    return every


def never_updated(item: Any) -> None:
    item["updated_on"] = item["created_on"]


def newest_warning_first(item: Any) -> None:
    if item["message"]:
        item["message"]["warnings"].reverse()


def turned(document: Any) -> None:
    if isinstance(document["data"], list):
        document["data"].reverse()


def one_more(document: Any) -> None:
    document["meta"]["pages"]["total"] += 1


def new_task(item: Any) -> None:
    if item["task_id"]:
        item["task_id"] = f"00000000-0000-4000-8000-{item['id']:012}"


def deaf_to(name: str) -> Lie:
    """Return a lie that does not hear one parameter of a query."""

    def change(asked: Asked) -> Asked:
        parts = [part for part in asked.query.split("&") if not part.startswith(name)]
        return asked._replace(query="&".join(parts))

    return asking(change)


def good_for_ever(asked: Asked, answer: Answer) -> Answer:
    """A token that has expired still names its user."""
    if answer.status != 401 or asked.path != "/v2/user":
        return answer
    return answer._replace(status=200, body=b"{}")


def head_of_nothing(asked: Asked, answer: Answer) -> Answer:
    if asked.method == "HEAD":
        return answer._replace(headers={**answer.headers, "content-length": "0"})
    return answer


def first_parameter(asked: Asked, answer: Answer) -> Answer:
    """Of all that is wrong only the first is named."""
    if answer.status != 400:
        return answer
    document = json.loads(answer.body)
    document["parameters"] = document.get("parameters", [])[:1]
    return answer._replace(body=json.dumps(document).encode())


GOOD = json.dumps({"description": "x", "from_date": "2017-01-01 12:00", "valid_for": 1}).encode()


def heard_as_good(asked: Asked) -> Asked:
    """Whatever is asked for, something good is heard."""
    return asked._replace(body=GOOD) if asked.path.endswith("/snapshot") and asked.body else asked


def leaking(inner: Transport) -> Transport:
    """Return a lie that shows everybody the first user's requests, as if they were their own."""
    honest = answering(lambda _, answer: answer)(inner)
    others = asking(as_somebody_else)(inner)

    def send(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if path != EXPANDED:
            return honest(method, path, query, headers, body)
        own = json.loads(honest(method, path, query, headers, body).body)
        answer = others(method, path, query, headers, body)
        document = json.loads(answer.body)
        document["meta"]["user"] = own["meta"]["user"]
        return answer._replace(body=json.dumps(document).encode())

    return send


def counting_once(inner: Transport) -> Transport:
    """Return a lie that tells each user the counts of requests that it told them first."""
    seen: dict[str, Answer] = {}

    def send(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        answer = inner(method, path, query, headers, body)
        if path != "/v2/request" or method != "GET":
            return answer
        return seen.setdefault(headers["Authorization"], answer)

    return send


LIES = {
    "another word": Told(
        replacing('"Scheduled"', '"SCHEDULED"'), TAKEN, "request-status-follows-time"
    ),
    "another action": Told(
        rewriting(of_first("action", value="Create"), EXPANDED), TAKEN, "request-action-fits-status"
    ),
    "a second early": Told(
        doing_more(early),
        (*LATER, Advance(event=0, after=-1_000_000)),
        "snapshot-is-taken-at-its-date",
    ),
    "half a second late": Told(
        asking(late),
        (*LATER, Advance(event=0, after=-1_000_000), Advance(1)),
        "snapshot-is-taken-at-its-date",
    ),
    "never shown": Told(stale(FIRST), TAKEN, "snapshot-is-taken-at-its-date"),
    "another end": Told(
        rewriting(of_first("snapshot", "to_date", value="2016-07-30 00:30:00 EST"), EXPANDED),
        TAKEN,
        "end-is-start-plus-hours",
    ),
    "another start": Told(
        rewriting(of_first("snapshot", "from_date", value="2016-07-29 12:30:59 EDT"), EXPANDED),
        TAKEN,
        "start-is-what-was-asked",
    ),
    "fewer hours": Told(
        hearing(b'"valid_for": 12', b'"valid_for": 11'), TAKEN, "end-is-start-plus-hours"
    ),
    "never updated": Told(
        rewriting(of_each(never_updated), EXPANDED),
        (*LATER, Advance(event=0)),
        "updated-on-moves-with-events",
    ),
    "newest first": Told(
        rewriting(of_each(newest_warning_first), EXPANDED), TAKEN, "messages-tell-what-was-done"
    ),
    "a task of another": Told(
        rewriting(of_each(new_task), EXPANDED), TAKEN, "task-appears-with-the-run"
    ),
    "no rockets": Told(replacing(ROCKET, "?"), TAKEN, "description-is-stored"),
    "younger": Told(
        rewriting(of_first("age", value="0:00:00"), FIRST),
        (*TAKEN, Advance(1), Read("everything")),
        "age-is-now-minus-create-time",
    ),
    "created in UTC": Told(
        rewriting(of_first("createTime", value="2016-07-29 16:30:59"), FIRST),
        TAKEN,
        "create-time-is-when-it-was-taken",
    ),
    "always on": Told(
        rewriting(of_first("powerState", value="poweredOn"), FIRST),
        TAKEN,
        "snapshot-remembers-the-power-state",
    ),
    "backwards": Told(rewriting(turned, FIRST), TWO, "lists-come-in-order"),
    "extended by reading": Told(
        doing_more(extending),
        (*TAKEN, Read("everything"), Read("everything")),
        "no-read-changes-anything",
    ),
    "extension forgotten": Told(
        forgetting(
            "PUT", "/request/snapshot/", Answer(204, {"allow": "GET, HEAD, OPTIONS, PUT"}, b"")
        ),
        (*TAKEN, Extend(0, 12)),
        "extension-moves-the-end",
    ),
    "extension answered": Told(
        saying(204, 200, "PUT", "/request/snapshot/"),
        (*TAKEN, Extend(0, 12)),
        "updates-are-answered",
    ),
    "a fourth extension refused otherwise": Told(
        saying(400, 404, "PUT", "/request/snapshot/"),
        (*TAKEN, Extend(0, 12, 4)),
        "refusals-have-their-code",
    ),
    "a deletion that closes nothing": Told(
        rewriting(of_first("status", value="Scheduled"), EXPANDED),
        DELETED,
        "request-status-follows-time",
    ),
    "a revert of another name": Told(
        replacing("Snapshot reverted", "Snapshot deleted"),
        (*TAKEN, Act(REVERT, 0, 0), Advance(1)),
        "messages-tell-what-was-done",
    ),
    "disks stay": Told(
        rewriting(
            lambda answer: answer["data"].update(requireDiskConsolidation=True),
            "dc0/snapshot/consol",
        ),
        (Read("everything"), Consolidate(0, 0, None), Advance(), Read("everything")),
        "consolidation-settles-the-disks",
    ),
    "an id used up": Told(
        doing_more(using_up_ids), (Refuse("hours", 0),), "refusals-change-nothing"
    ),
    "bad hours taken": Told(asking(heard_as_good), (Refuse("hours", 0),), "hours-are-1-to-72"),
    "bad dates taken": Told(
        asking(heard_as_good), (Refuse("dates", 0),), "dates-have-one-spelling"
    ),
    "bad texts taken": Told(asking(heard_as_good), (Refuse("texts", 0),), "descriptions-are-text"),
    "skipped hours taken": Told(
        asking(heard_as_good), (Refuse("skipped", 0),), "skipped-hours-do-not-exist"
    ),
    "the first parameter alone": Told(
        answering(first_parameter), (Refuse("several", 0),), "refusals-name-what-is-wrong"
    ),
    "hidden machines shown": Told(
        saying(403, 200, "GET", "/v2/vm", b"{}"),
        (Refuse("hidden", 6),),
        "hidden-machines-stay-hidden",
    ),
    "others' requests shown": Told(leaking, TAKEN, "others-requests-stay-unknown"),
    "forbidden instead of logged out": Told(
        saying(401, 403, "GET", "/v2/"), (Refuse("strangers", 0),), "nothing-without-a-token"
    ),
    "no machine": Told(
        saying(404, 200, "GET", "/v2/vm", b"{}"),
        (Refuse("unknown", 6),),
        "unknown-things-are-not-found",
    ),
    "another method": Told(
        saying(405, 404, "POST", "/v2/vm"), (Refuse("methods", 0),), "methods-are-refused"
    ),
    "a shorter token": Told(
        rewriting(lambda answer: answer.update(duration=43_200), "/auth", "POST"),
        (LogIn(),),
        "login-gives-a-token",
    ),
    "a token for ever": Told(
        answering(good_for_ever), (LogIn(), Advance(token=0), UseTokens()), "token-lives-a-day"
    ),
    "no token by name": Told(saying(200, 401, "POST", "/auth"), (LogIn(),), "login-gives-a-token"),
    "any password": Told(
        saying(401, 200, "POST", "/auth"), (Refuse("logins", 2),), "login-refuses-what-is-wrong"
    ),
    "one more in all": Told(rewriting(one_more, EXPANDED), (), "pages-agree"),
    "deaf to filters": Told(
        deaf_to("filter"),
        (*TWO, Read("query", Pick(filters=((0, 0, 0),), expand="1"))),
        "filters-choose",
    ),
    "deaf to sorts": Told(
        deaf_to("sort"),
        (*TWO, Read("query", Pick(order=((0, True),), expand="1"))),
        "sort-orders",
    ),
    "deaf to names": Told(
        deaf_to("name"), (Read("machines", Pick(per_page=7)),), "machines-are-found-by-name"
    ),
    "counts stay": Told(counting_once, (*TAKEN, Read("everything")), "requests-are-counted"),
    "a head of nothing": Told(
        answering(head_of_nothing), (Read("heads"),), "head-is-get-without-body"
    ),
    "not allowed": Told(without_header("allow"), (), "allow-tells-the-methods"),
    "an id of another kind": Told(
        replacing("/request/snapshot/1", "/request/snapshot/7", "/snapshot"), LATER, "ids-count-up"
    ),
}
"""The lies by what they say."""
