"""The relations that answers have to each other on any server: each a rule, with its evidence."""

from typing import Final

from vss_mock.contract.answers import AUTHENTICATION, INTRODUCTION
from vss_mock.contract.rules import HOW_TO, OWN, Rule
from vss_mock.contract.words import DIALECTS

REQUEST: Final = "Request (VSS API page 8880251)"
FIRST_CLIENT: Final = "pyvss 0.3.1 (2016-10)"
LATER_CLIENT: Final = "pyvss 0.9.43 (2019-10)"
FIRST_CLI: Final = "vss-cli 0.1.0 (2019-03)"
CLI_PAGES: Final = "vss-cli documentation, snapshot life cycle (2020-04)"
SUITE: Final = "relations"


def _rule(id: str, title: str, source: str, evidence: str, *tags: str) -> Rule:
    return Rule(id, title, source, evidence, tags, SUITE)


RULES: Final = (
    _rule(
        "what-is-listed-is-there",
        "The lists can be read, and whatever they show can be read by its own URL",
        HOW_TO,
        "documented",
        *("collection", "http"),
    ),
    _rule(
        "links-lead-somewhere",
        "What an answer links to is there: the link answers 200",
        HOW_TO,
        "documented",
        "http",
    ),
    _rule(
        "self-is-what-was-called",
        "The link `self` of an answer is the URL that was called, without its query",
        HOW_TO,
        "documented",
        "http",
    ),
    _rule(
        "items-link-to-themselves",
        "An item's link leads to that item, and what is read there is in the list",
        HOW_TO,
        "documented",
        *("collection", "http"),
    ),
    _rule(
        "requests-belong-to-machines",
        "A request names and links the machine that it is about, and the user whose it is",
        HOW_TO,
        "documented",
        *("request", "vm"),
    ),
    _rule(
        "tasks-belong-to-requests",
        "A request's task_id is its task's, and the task links back to the request",
        OWN,
        "assumed",
        *("request", "http"),
    ),
    _rule(
        "snapshots-belong-to-requests",
        "What a request says of its snapshot, the machine says too: id, name and description",
        HOW_TO,
        "documented",
        *("request", "snapshot"),
    ),
    _rule(
        "pages-are-the-whole-list",
        "The pages of a list together have all its items, and total and pages count them",
        REQUEST,
        "documented",
        "collection",
    ),
    _rule(
        "pages-lead-on-and-back",
        "first, last, next and prev of a page lead to these pages; per_page and page are as asked",
        REQUEST,
        "documented",
        *("collection", "http"),
    ),
    _rule(
        "each-item-once",
        "No two items of a list are the same, and no two have the same id",
        REQUEST,
        "documented",
        "collection",
    ),
    _rule(
        "items-are-links-or-all-of-it",
        "A list without expand has the links of the items that it has with it, in the same order",
        LATER_CLIENT,
        "client",
        "collection",
    ),
    _rule(
        "one-thing-reads-the-same",
        "The same thing reads the same through every path that shows it",
        HOW_TO,
        "documented",
        *("collection", "http"),
    ),
    _rule(
        "filter-keeps-what-fits",
        "A filter keeps the items that fit it, all of them, and no others",
        LATER_CLIENT,
        "client",
        "collection",
    ),
    _rule(
        "sort-orders-the-list",
        "sort=id,asc puts the whole list in order of id, and sort=id,desc is its reverse",
        LATER_CLIENT,
        "client",
        "collection",
    ),
    _rule(
        "names-find-machines",
        "name= finds the machines whose names contain it, all of them, and no others",
        HOW_TO,
        "documented",
        "vm",
    ),
    _rule(
        "summaries-show-the-same-machines",
        "A list of machines shows the same machines with summary and without",
        HOW_TO,
        "documented",
        "vm",
    ),
    _rule(
        "counts-are-those-of-the-lists",
        "The counts of requests are the totals of their lists",
        REQUEST,
        "documented",
        *("collection", "request"),
    ),
    _rule(
        "to-date-is-hours-later",
        "to_date is valid_for hours after from_date, and later by its extensions alone: "
        "none before it is taken, 3 of 72 hours at most",
        HOW_TO,
        "documented",
        *("extend", "time"),
    ),
    _rule(
        "dates-run-forward",
        "Nothing is updated before it was created, or ends before it starts",
        HOW_TO,
        "documented",
        "time",
    ),
    _rule(
        "nothing-has-happened-yet-to-come",
        "What has happened lies in the past: created_on, updated_on, createTime, start and end",
        HOW_TO,
        "documented",
        "time",
    ),
    _rule(
        "zones-fit-their-dates",
        "A date has the zone that Toronto has at that instant, and is one that its clocks show",
        HOW_TO,
        "documented",
        *("dst", "time"),
    ),
    _rule(
        "descriptions-tell-the-dates",
        "A stored description ends in the request's from_date and valid_for",
        HOW_TO,
        "documented",
        *("request", "time"),
    ),
    _rule(
        "messages-tell-what-happened",
        "The messages of a taken snapshot name it as it is, and its to_date last",
        HOW_TO,
        "documented",
        *("request", "snapshot"),
    ),
    _rule(
        "status-fits-the-dates",
        "A request is Submitted until from_date, Scheduled until to_date, and then Processed",
        HOW_TO,
        "documented",
        *("lifecycle", "time"),
    ),
    _rule(
        "taken-when-asked-for",
        "A snapshot's createTime is its request's from_date, or when it was asked for, if later",
        HOW_TO,
        "documented",
        *("snapshot", "time"),
    ),
    _rule(
        "age-runs-from-create-time",
        "A snapshot's age is the time since its createTime",
        HOW_TO,
        "documented",
        *("snapshot", "time"),
    ),
    _rule(
        "exist-tells-of-snapshots",
        "A machine's snapshot.exist is true where it has snapshots, and false where it has none",
        FIRST_CLIENT,
        "client",
        *("snapshot", "vm"),
    ),
    _rule(
        "changes-wait-for-their-date",
        "A change waits for its date, is made then, and says Scheduled where a date lies ahead",
        FIRST_CLI,
        "client",
        *("lifecycle", "time"),
    ),
    _rule(
        "days-fit-their-dates",
        "A date tells the day of the week that it has",
        CLI_PAGES,
        "client",
        "time",
    ),
    _rule(
        "parts-are-those-of-the-whole",
        "What is told by itself is told as the whole tells it: of a machine, of the account",
        LATER_CLIENT,
        "client",
        *("login", "vm"),
    ),
    _rule(
        "folders-form-a-tree",
        "A folder's path is that of the folder above and its name; has_children tells of children",
        FIRST_CLI,
        "client",
        *("collection", "vm"),
    ),
    _rule(
        "places-hold-their-machines",
        "A folder, network or domain lists the machines that are there, of those that are shown",
        FIRST_CLI,
        "client",
        *("collection", "vm"),
    ),
    _rule(
        "reading-changes-nothing",
        "Read again, in another order, everything reads as before, but for meta.time and age",
        INTRODUCTION,
        "documented",
        "http",
    ),
    _rule(
        "head-is-get-without-a-body",
        "HEAD answers as GET does, without the body",
        OWN,
        "assumed",
        "http",
    ),
    _rule(
        "options-tells-everywhere",
        "Every path answers OPTIONS with what it is for",
        INTRODUCTION,
        "documented",
        "http",
    ),
    _rule(
        "nobody-sees-anything",
        "Who shows no token, or one that is none, is refused everywhere",
        AUTHENTICATION,
        "documented",
        *("login", "refusal"),
    ),
    _rule(
        "a-token-is-also-a-username",
        "A token sent as a username without a password opens what it opens as a bearer's",
        AUTHENTICATION,
        "documented",
        "login",
    ),
    _rule(
        "unknown-ids-are-not-found",
        "What there is not, beside what there is, answers 404",
        FIRST_CLIENT,
        "client",
        *("http", "refusal"),
    ),
)
_SINCE: Final = {
    "days-fit-their-dates": "2026",
    "parts-are-those-of-the-whole": "2019",
    "folders-form-a-tree": "2019",
    "places-hold-their-machines": "2019",
}
"""The dialects since which there is something for a rule to hold."""


def rules(dialect: str) -> list[Rule]:
    """Return the rules that a dialect is held to."""
    return [
        one
        for one in RULES
        if DIALECTS.index(_SINCE.get(one.id, dialect)) <= DIALECTS.index(dialect)
    ]


KNOWN: Final = {rule.id: rule for rule in RULES}
