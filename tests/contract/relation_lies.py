"""Lies that no answer shows by itself: only beside another one. Each names the rule it breaks."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.contract.lies import Asked, Lie, answering, asking
from vss_mock.contract.transport import Answer, Transport

REQUEST = "/v2/request/snapshot/[0-9]+"
REQUESTS = "/v2/request/snapshot"
MACHINE = "/v2/vm/[^/]+"
SNAPSHOTS = "/v2/vm/[^/]+/snapshot"
SNAPSHOT = "/v2/vm/[^/]+/snapshot/[0-9]+"

Change = Callable[[Any], None]


def telling(path: str, change: Change, query: str = "") -> Lie:
    """Return a lie that changes what paths answer to GET, where the query has a part."""

    def rewrite(asked: Asked, answer: Answer) -> Answer:
        fits = re.fullmatch(path, asked.path) and query in asked.query
        if asked.method != "GET" or not fits or answer.status != 200:
            return answer
        document = json.loads(answer.body)
        change(document)
        return answer._replace(body=json.dumps(document).encode())

    return answering(rewrite)


def requests(change: Change) -> Lie:
    """Return a lie about requests, the same on every path that shows them."""

    def each(document: Any) -> None:
        data = document["data"]
        for one in data if isinstance(data, list) else [data]:
            if isinstance(one, dict) and one.get("snapshot", {}).get("valid_for"):
                change(one)

    return telling(f"{REQUESTS}(/[0-9]+)?", each)


def snapshots(change: Change) -> Lie:
    """Return a lie about snapshots, the same on every path that shows them."""

    def each(document: Any) -> None:
        for one in document["data"]:
            change(one)

    return telling(f"{SNAPSHOTS}(/[0-9]+)?", each)


def putting(*where: str | int, value: Any) -> Change:
    """Return a change of one value; what is callable gets the value that there was."""

    def change(document: Any) -> None:
        for name in where[:-1]:
            document = document[name]
        before = document[where[-1]]
        document[where[-1]] = value(before) if callable(value) else value

    return change


def scheduled(change: Change) -> Change:
    """Return a change of requests whose snapshot was taken and not deleted yet."""
    return lambda one: change(one) if one["status"] == "Scheduled" else None


def ended(change: Change) -> Change:
    return lambda one: change(one) if one["status"] == "Processed" else None


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def missing(path: str) -> Lie:
    """Return a lie that does not find what is there."""

    def change(asked: Asked, answer: Answer) -> Answer:
        if asked.method != "GET" or not re.fullmatch(path, asked.path):
            return answer
        told = {"error": "not found", "message": "nothing is here", "status": 404}
        return answer._replace(status=404, body=json.dumps(told).encode())

    return answering(change)


def deaf_to(path: str, member: str) -> Lie:
    """Return a lie that does not hear one member of the query."""

    def change(asked: Asked) -> Asked:
        if not re.fullmatch(path, asked.path):
            return asked
        parts = [part for part in asked.query.split("&") if part.partition("=")[0] != member]
        return asked._replace(query="&".join(parts))

    return asking(change)


def shorter(document: Any) -> None:
    document["data"].pop()
    document["meta"]["count"] -= 1


def twice(document: Any) -> None:
    if len(document["data"]) > 1:
        document["data"][-1] = document["data"][0]


def backwards(document: Any) -> None:
    document["data"].reverse()


def stepwise(inner: Transport) -> Transport:
    """Counts how often it was asked, and lets it show."""
    count = 0

    def send(*call: Any) -> Answer:
        nonlocal count
        answer = inner(*call)
        if call[0] == "GET" and re.fullmatch(MACHINE, call[1]) and answer.status == 200:
            count += 1
            memory = f'"memoryMB":{4096 + count}'.encode()
            return answer._replace(body=re.sub(rb'"memoryMB":[0-9]+', memory, answer.body))
        return answer

    return send


def only_by(method: str, change: Callable[[Answer], Answer]) -> Lie:
    """Return a lie that changes the answers to one method."""
    return answering(lambda asked, answer: change(answer) if asked.method == method else answer)


def without_methods(answer: Answer) -> Answer:
    document = json.loads(answer.body)
    document["data"]["methods"] = {"GET": {}}
    return answer._replace(body=json.dumps(document).encode())


def open_to_all(inner: Transport) -> Transport:
    """Answers everybody about machines as it answered the last one who showed a token."""
    seen: dict[str, Answer] = {}

    def send(*call: Any) -> Answer:
        answer = inner(*call)
        if call[0] != "GET" or not re.fullmatch(SNAPSHOTS, call[1]):
            return answer
        if answer.status == 200:
            seen[call[1]] = answer
        return seen.get(call[1], answer)

    return send


def no_usernames(asked: Asked, answer: Answer) -> Answer:
    if not asked.headers.get("Authorization", "").startswith("Basic") or answer.status != 200:
        return answer
    return answer._replace(body=answer.body.replace(b'"name":', b'"nam":'))


def found_anyway(asked: Asked, answer: Answer) -> Answer:
    """An unknown snapshot is answered by an empty list."""
    if answer.status != 404 or not re.fullmatch(SNAPSHOT, asked.path) or asked.method != "GET":
        return answer
    return answer._replace(status=200, body=b'{"data": []}')


def by_its_beginning(asked: Asked) -> Asked:
    """A name is found by its beginning alone."""
    if asked.path == "/v2/vm" and asked.query.startswith("name="):
        return asked._replace(query=f"name=1606T-{asked.query.removeprefix('name=')}")
    return asked


LIES: dict[str, tuple[str, Lie]] = {
    "a request that is listed is not there": (
        "what-is-listed-is-there",
        missing("/v2/request/snapshot/3"),
    ),
    "the machines are not there": ("what-is-listed-is-there", missing("/v2/vm")),
    "a link of the root leads astray": (
        "links-lead-somewhere",
        telling("/v2/", putting("_links", "request", value=lambda link: f"{link}/snapshot/99")),
    ),
    "a last page that is not there": ("links-lead-somewhere", missing("/v2/request/change")),
    "the user's self is the list of machines": (
        "self-is-what-was-called",
        telling("/v2/user", putting("_links", "self", value=replaced("/user", "/vm"))),
    ),
    "self keeps the query": (
        "self-is-what-was-called",
        telling(REQUESTS, putting("meta", "_link", "self", value=lambda link: f"{link}?page=1")),
    ),
    "a request gives another's number": (
        "items-link-to-themselves",
        telling(REQUEST, putting("data", "id", value=lambda number: number + 1)),
    ),
    "a snapshot's machine is the list of machines": (
        "items-link-to-themselves",
        telling(SNAPSHOT, putting("_links", "vm", value=lambda link: link.rpartition("/")[0])),
    ),
    "a request names another machine": (
        "requests-belong-to-machines",
        requests(putting("vm_name", value="1605P-web1")),
    ),
    "a request is somebody else's": (
        "requests-belong-to-machines",
        requests(putting("user", "username", value="ana")),
    ),
    "a task belongs to the first request": (
        "tasks-belong-to-requests",
        telling(
            "/v2/request/task/.+",
            putting("_links", "request", value=lambda link: link.rpartition("/")[0] + "/1"),
        ),
    ),
    "a request names another snapshot": (
        "snapshots-belong-to-requests",
        requests(scheduled(putting("snapshot", "snap_id", value="77"))),
    ),
    "a snapshot is named by another request": (
        "snapshots-belong-to-requests",
        snapshots(putting("name", value="SR-77")),
    ),
    "a deleted snapshot is still listed": (
        "snapshots-belong-to-requests",
        requests(ended(putting("snapshot", "snap_id", value="2"))),
    ),
    "pages leave their last item out": (
        "pages-are-the-whole-list",
        telling(REQUESTS, shorter, "page="),
    ),
    "the total is one too many": (
        "pages-are-the-whole-list",
        telling(REQUESTS, putting("meta", "pages", "total", value=lambda n: n + 1), "&page="),
    ),
    "the next page is this page": (
        "pages-lead-on-and-back",
        telling(
            REQUESTS,
            putting(
                "meta",
                "pages",
                "next_url",
                value=lambda link: link and link.replace("ge=2", "ge=1"),
            ),
        ),
    ),
    "the last page has a next one": (
        "pages-lead-on-and-back",
        answering(
            lambda asked, answer: answer._replace(
                body=re.sub(
                    rb'"next_url":null(.*"prev_url":("[^"]*"))', rb'"next_url":\2\1', answer.body
                )
            )
        ),
    ),
    "an item is listed twice": ("each-item-once", telling(REQUESTS, twice)),
    "a snapshot's number is given twice": ("each-item-once", snapshots(putting("id", value=1))),
    "links come in another order than items": (
        "items-are-links-or-all-of-it",
        telling(REQUESTS, backwards, "expand=1"),
    ),
    "a list shows an older status": (
        "one-thing-reads-the-same",
        telling(REQUEST, putting("data", "updated_on", value="2016-07-29 12:30:59 EDT")),
    ),
    "a machine by itself has more memory": (
        "one-thing-reads-the-same",
        telling(MACHINE, putting("data", "config", "memoryMB", value=1)),
    ),
    "a snapshot by itself is larger": (
        "one-thing-reads-the-same",
        telling(SNAPSHOT, putting("data", 0, "sizeGB", value=12)),
    ),
    "filters are not heard": ("filter-keeps-what-fits", deaf_to(REQUESTS, "filter")),
    "sorts are not heard": ("sort-orders-the-list", deaf_to(REQUESTS, "sort")),
    "names are not heard": ("names-find-machines", deaf_to("/v2/vm", "name")),
    "only whole beginnings are found": ("names-find-machines", asking(by_its_beginning)),
    "a summary leaves a machine out": (
        "summaries-show-the-same-machines",
        telling("/v2/vm", shorter, "summary"),
    ),
    "one request more is counted": (
        "counts-are-those-of-the-lists",
        telling("/v2/request", putting("data", "snapshot", value=lambda n: n + 1)),
    ),
    "the end is an hour later": (
        "to-date-is-hours-later",
        requests(putting("snapshot", "to_date", value=replaced(":00:00", ":30:00"))),
    ),
    "an end before its time": (
        "to-date-is-hours-later",
        requests(putting("snapshot", "valid_for", value="72")),
    ),
    "what is submitted was updated": (
        "dates-run-forward",
        telling(REQUEST, putting("data", "created_on", value="2016-12-29 12:30:59 EST")),
    ),
    "what was done lies ahead": (
        "nothing-has-happened-yet-to-come",
        requests(putting("updated_on", value="2019-08-01 12:00:00 EDT")),
    ),
    "winter has summer's zone": (
        "zones-fit-their-dates",
        requests(putting("snapshot", "to_date", value=replaced("EST", "EDT"))),
    ),
    "an hour that there is not": (
        "zones-fit-their-dates",
        requests(putting("snapshot", "from_date", value="2016-03-13 02:30:00 EST")),
    ),
    "descriptions tell UTC": (
        "descriptions-tell-the-dates",
        requests(putting("snapshot", "description", value=replaced("-04:00", "+00:00"))),
    ),
    "messages keep the first end": (
        "messages-tell-what-happened",
        requests(scheduled(putting("message", "warnings", value=lambda said: said[:2]))),
    ),
    "messages speak of another snapshot": (
        "messages-tell-what-happened",
        requests(scheduled(putting("message", "warnings", 0, value=replaced("(", "(9")))),
    ),
    "what is to come is taken": (
        "status-fits-the-dates",
        requests(putting("status", value=replaced("Submitted", "Scheduled"))),
    ),
    "what is over goes on": (
        "status-fits-the-dates",
        requests(putting("status", value=replaced("Processed", "Scheduled"))),
    ),
    "what is due does not happen": (
        "status-fits-the-dates",
        requests(putting("status", value="Submitted")),
    ),
    "the end came early": (
        "status-fits-the-dates",
        requests(ended(putting("updated_on", value="2016-07-29 13:00:00 EDT"))),
    ),
    "a snapshot was taken a minute late": (
        "taken-when-asked-for",
        snapshots(putting("createTime", value=replaced(":00", ":01"))),
    ),
    "a snapshot's time is UTC": (
        "taken-when-asked-for",
        snapshots(putting("createTime", value=replaced("2016-07-29 1", "2016-07-29 2"))),
    ),
    "ages stand": ("age-runs-from-create-time", snapshots(putting("age", value="0:00:01"))),
    "no machine has a snapshot": (
        "exist-tells-of-snapshots",
        telling(MACHINE, putting("data", "snapshot", "exist", value=False)),
    ),
    "reading counts": ("reading-changes-nothing", stepwise),
    "HEAD is not found": (
        "head-is-get-without-a-body",
        only_by("HEAD", lambda answer: answer._replace(status=404)),
    ),
    "HEAD is text": (
        "head-is-get-without-a-body",
        only_by(
            "HEAD",
            lambda answer: answer._replace(headers={**answer.headers, "content-type": "text/html"}),
        ),
    ),
    "OPTIONS is not allowed": (
        "options-tells-everywhere",
        only_by("OPTIONS", lambda answer: answer._replace(status=405, body=b"")),
    ),
    "OPTIONS tells of GET alone": ("options-tells-everywhere", only_by("OPTIONS", without_methods)),
    "snapshots are shown to everybody": ("nobody-sees-anything", open_to_all),
    "a token as a username shows less": ("a-token-is-also-a-username", answering(no_usernames)),
    "an unknown snapshot is an empty list": (
        "unknown-ids-are-not-found",
        answering(found_anyway),
    ),
}


def rows(change: Change) -> Change:
    """Return a change of each item of a list."""

    def each(document: Any) -> None:
        for one in document["data"]:
            if isinstance(one, dict):
                change(one)

    return each


def one_or_rows(change: Change) -> Change:
    """Return a change of a thing, whether it stands in a list or by itself."""
    return lambda document: (
        rows(change)(document) if isinstance(document["data"], list) else change(document["data"])
    )


def showing_more(inner: Transport) -> Transport:
    """A folder shows machines that the list of all machines does not."""

    def send(*call: Any) -> Answer:
        answer = inner(*call)
        if call[0] != "GET" or not re.fullmatch("/v2/folder/[^/]+/vm", call[1]):
            return answer
        if answer.status != 200 or call[2]:
            return answer
        document = json.loads(answer.body)
        if document["data"]:
            other = {**document["data"][0], "uuid": "501219a5-a563-787c-f334-e7b65e829dff"}
            document["data"].append(other)
            document["meta"]["count"] += 1
        return answer._replace(body=json.dumps(document).encode())

    return send


def next_without_filter(asked: Asked, answer: Answer) -> Answer:
    return answer._replace(body=re.sub(rb"(page=2)&filter=[^\"&]*", rb"\1", answer.body))


FOLDERS = "/v2/folder(/[^/]+)?(/children)?"

LATER_LIES: dict[str, tuple[str, Lie, str]] = {
    "a path leaves the folders above out": (
        "folders-form-a-tree",
        telling(FOLDERS, one_or_rows(putting("path", value=lambda path: path.split(" > ")[-1]))),
        "2019",
    ),
    "no folder has children": (
        "folders-form-a-tree",
        telling(FOLDERS, one_or_rows(putting("has_children", value=False))),
        "2019",
    ),
    "a hidden machine is shown in its folder": (
        "places-hold-their-machines",
        showing_more,
        "2019",
    ),
    "a network leaves a machine out": (
        "places-hold-their-machines",
        telling("/v2/network/[^/]+/vm", lambda document: document["data"].pop(0)),
        "2019",
    ),
    "a token is no longer the same by itself": (
        "one-thing-reads-the-same",
        telling("/v2/user/token/[^/]+", lambda document: document["data"].update(valid=False)),
        "2019",
    ),
    "a message reads otherwise by itself": (
        "one-thing-reads-the-same",
        telling("/v2/user/message/[^/]+", lambda document: document["data"].update(text="?")),
        "2026",
    ),
    "a domain has no machines": (
        "places-hold-their-machines",
        telling("/v2/domain/[^/]+/vm", lambda document: document["data"].clear()),
        "2019",
    ),
    "a network counts too few machines": (
        "places-hold-their-machines",
        telling("/v2/network(/[^/]+)?", one_or_rows(putting("vms", value=1))),
        "2019",
    ),
    "next_url drops the filter": (
        "filter-keeps-what-fits",
        answering(next_without_filter),
        "2019",
    ),
    "a list of folders is not sorted": (
        "sort-orders-the-list",
        deaf_to("/v2/folder", "sort"),
        "2019",
    ),
    "a list of machines has one page alone": (
        "pages-are-the-whole-list",
        deaf_to("/v2/vm", "per_page"),
        "2019",
    ),
    "a list of messages does not count": (
        "pages-are-the-whole-list",
        telling("/v2/user/message", putting("meta", "pages", "total", value=7)),
        "2019",
    ),
    "a part tells more processors": (
        "parts-are-those-of-the-whole",
        telling("/v2/vm/[^/]+/cpu", putting("data", "cpu", value=99)),
        "2019",
    ),
    "the account has another address": (
        "parts-are-those-of-the-whole",
        telling("/v2/user/personal", putting("data", "email", value="x@example.org")),
        "2019",
    ),
    "a group counts one member more": (
        "parts-are-those-of-the-whole",
        telling("/v2/group/[0-9]+", putting("data", "users_count", value=lambda n: n + 1)),
        "2026",
    ),
    "a request of another kind is counted": (
        "counts-are-those-of-the-lists",
        telling("/v2/request", putting("data", "export", value=3)),
        "2019",
    ),
    "a folder is called otherwise by itself": (
        "one-thing-reads-the-same",
        telling("/v2/folder/[^/]+", putting("data", "name", value="x")),
        "2019",
    ),
    "a change that waits is called submitted": (
        "changes-wait-for-their-date",
        telling(
            "/v2/request/change/[0-9]+",
            putting(
                "data",
                "status",
                value=lambda word: {"Scheduled": "Submitted", "SCHEDULED": "SUBMITTED"}.get(
                    word, word
                ),
            ),
        ),
        "2019",
    ),
    "a day of the week is wrong": (
        "days-fit-their-dates",
        telling(REQUEST, putting("data", "created_on", value=replaced(" Fri ", " Mon "))),
        "2026",
    ),
    "a twin tells another size": (
        "twins-say-the-same",
        telling("/v2/vm", rows(lambda row: row.update(memory_mb=1))),
        "2026",
    ),
    "the flat end is another": (
        "twins-say-the-same",
        telling(REQUEST, putting("data", "to_date", value="2016-07-30 Sat 00:30:00 EDT")),
        "2026",
    ),
    "an unknown folder is an empty one": (
        "unknown-ids-are-not-found",
        answering(
            lambda asked, answer: (
                answer._replace(status=200, body=b'{"data": []}')
                if answer.status == 404 and "/v2/folder/" in asked.path
                else answer
            )
        ),
        "2019",
    ),
}
"""Lies in later dialects: the rule, the lie, and the dialect since which it can be told."""
