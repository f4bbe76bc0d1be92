"""The rules that walks over the reference model look at, each with what it rests on."""

from collections.abc import Iterator
from typing import Final

from vss_mock.contract.rules import HOW_TO, OWN, TIME, WORLD, Rule
from vss_mock.contract.words import DIALECTS

SNAPSHOT_REQUEST: Final = "Snapshot request (VSS API page 11010109)"
REQUEST: Final = "Request (VSS API page 8880251)"
AUTHENTICATION: Final = "Authentication (VSS API page 7569652, 2016-04)"
LIFE_CYCLE: Final = "vss-cli documentation, snapshot life cycle"
PYVSS_03: Final = "pyvss 0.3.1 (2016-10)"
PYVSS_09: Final = "pyvss 0.9.43 (2019-10)"
VM_CHANGES: Final = "How to schedule VM changes (VSS API page 8880211, 2016-07)"
CHANGE_REQUEST: Final = "Change request (VSS API page 11010072)"
CLI_07: Final = "vss-cli 0.7.1 (2020-04)"


def _read(source: str, evidence: str, table: str) -> Iterator[Rule]:
    """Give the rules of a table: each line an id, tags with commas between them, a title."""
    for line in table.strip().splitlines():
        id, tags, title = line.split(maxsplit=2)
        yield Rule(id, title, source, evidence, tuple(tags.split(",")), "model", (WORLD, TIME))


RULES: Final = (
    *_read(
        HOW_TO,
        "documented",
        """
accepted-says-where-to-look snapshot A call that is accepted says what was, and links to its request
description-is-stored snapshot The text of a snapshot is kept, with its start and its hours
start-is-what-was-asked time from_date is the minute that was asked for, in Toronto
end-is-start-plus-hours boundary,time to_date is from_date and the hours asked for, added in UTC
hours-are-stored snapshot valid_for is the text of the hours asked for
snapshot-is-named-after-its-request snapshot A snapshot is called SR- and its request's number
created-on-is-when-asked request,time created_on is when it was asked for, and stays
request-tells-its-machine http,request A request names its machine and links to it
request-tells-its-user request A request names who asked
request-links-to-itself http,request A request's own links lead to it and to all of its kind
request-status-follows-time lifecycle A request's status is a word for where it stands
request-action-fits-status lifecycle A request's action is the work that lies ahead, then Done
snapshot-is-taken-at-its-date lifecycle A snapshot is taken at its date, at once if that has passed
request-tells-its-snapshot lifecycle,snapshot snap_id is null until the run, then a number
task-appears-with-the-run lifecycle,request A request has no task before its run, its own after it
updated-on-moves-with-events request,time updated_on moves exactly when something happens
messages-tell-what-was-done lifecycle message is empty before the run, tells what was done after
create-time-is-when-it-was-taken snapshot,time createTime is when the snapshot was taken, in Toronto
age-is-now-minus-create-time snapshot,time age is the time since the snapshot was taken
snapshot-remembers-the-power-state snapshot A snapshot tells the power state it was taken in
snapshot-stays-as-it-was-taken snapshot A snapshot's files, size and kind stay as first seen
snapshot-links-to-itself http,snapshot A snapshot's links lead to it and to its machine
machines-are-found-by-name vm Machines are found by a part of their name, in any case
hours-are-1-to-72 boundary,refusal A snapshot lives 1 to 72 hours, sent as a number or as digits
dates-have-one-spelling refusal,time A date is YYYY-MM-DD HH:MM of the calendar
""",
    ),
    *_read(
        OWN,
        "assumed",
        """
ids-count-up request Requests of a kind are numbered on, whoever asks
repeated-hour-means-its-first time Of the hour that autumn repeats the first is meant
snapshot-numbers-count-up snapshot A machine's snapshots are numbered on, and no number comes twice
task-tells-the-run request A task tells when the run was, how it ended, and of which request
deletion-closes-the-request delete A deletion by hand closes the request that made the snapshot
work-on-what-is-gone-fails delete,revert Work on a snapshot that went meanwhile ends as an error
lists-come-in-order collection Lists come in the order in which their items were made
skipped-hours-do-not-exist refusal,time The hour that spring skips is refused
descriptions-are-text boundary,refusal A description is 1 to 4,096 characters of text
bodies-say-their-type http,refusal A body is JSON, and says that it is
queries-are-checked collection,refusal What a query asks is refused where it cannot be meant
refusals-have-their-code refusal What is refused has the status code of its reason
refusals-change-nothing refusal A refused call changes nothing and uses up no number
no-read-changes-anything http Reading changes nothing
methods-are-refused http,refusal A method that a path does not take is refused
changes-fail-where-they-cannot-be-made lifecycle,vm A change that does not fit the machine fails
changes-are-checked boundary,refusal A change is of a known word, of 1 to 74, 128 or 4,096
revert-restores-the-configuration revert A revert gives back processors and memory
updates-want-a-date-ahead refusal Only a change that waits for a date is moved or given up
hidden-machines-stay-hidden refusal A machine that a user may not see is refused them
others-requests-stay-unknown refusal Another user's requests and tasks are unknown
""",
    ),
    *_read(
        LIFE_CYCLE,
        "client",
        """
snapshot-goes-at-its-end lifecycle A snapshot stays until its hours are over, and goes then
deletion-removes-the-snapshot delete A deletion by hand removes that snapshot, and no other
deletion-is-a-request-of-its-own delete A deletion by hand is a request, done at once
revert-is-a-request-of-its-own revert A revert is a request, done at once
revert-leaves-the-snapshot revert A revert leaves every snapshot where it is
revert-restores-the-machine revert A revert puts the machine back to the snapshot's power state
""",
    ),
    *_read(
        PYVSS_03,
        "client",
        """
machine-tells-of-its-snapshots vm A machine says whether it has a snapshot
machines-stay-as-they-are vm A machine is as its world says, through every path
consolidation-is-done-at-its-date consolidation A consolidation is done at its date, or at once
consolidation-settles-the-disks consolidation Disks want consolidation until it is done
change-shows-what-was-asked request A change request shows what is asked for, and its date
machine-becomes-what-was-asked vm A machine is what changes have made of it
renaming-keeps-the-prefix vm A renamed machine keeps its prefix, and is called so everywhere
root-and-user-are-told login The root tells where things are, the user who is logged in
bodies-hold-what-is-known refusal A body holds all that is needed, and nothing unknown
refusals-name-what-is-wrong refusal A refusal names every parameter that is wrong
""",
    ),
    *_read(
        SNAPSHOT_REQUEST,
        "documented",
        """
extension-moves-the-end extend An extension puts the end off by its hours, and is told
updates-are-answered extend,request An update is answered by an empty 204, since 2020 by the request
extensions-are-counted boundary,extend A request is extended three times at most
extension-is-of-1-to-72-hours boundary,extend An extension is of 1 to 72 hours
lists-show-what-is-there collection A list holds all there is of the caller's, each once
head-is-get-without-body http HEAD answers as GET does, without a body
""",
    ),
    *_read(
        PYVSS_09,
        "client",
        """
extended-only-while-scheduled extend Only a request whose deletion lies ahead is extended
consolidation-shows-its-date consolidation A change request shows what it is and the date asked
expanded-is-the-object collection An object reads the same through every path that shows it
retry-tries-again lifecycle,request A change that failed is tried again, and may go well
filters-choose collection A filter chooses exactly what it says
sort-orders collection A sort orders by its fields, ties by number
unknown-things-are-not-found refusal What does not exist, or no longer does, is not found
""",
    ),
    *_read(
        REQUEST,
        "documented",
        """
pages-agree collection Pages, their counts and their links agree with each other
requests-are-counted collection,request Requests are counted by kind, the caller's alone
""",
    ),
    *_read(
        VM_CHANGES,
        "documented",
        """
changes-are-made-at-their-date lifecycle,time A change is made at its date, or at once
""",
    ),
    *_read(
        CHANGE_REQUEST,
        "documented",
        """
cancelled-is-never-made lifecycle A change that is given up is called so, and is never made
put-off-is-made-then lifecycle,time A change that is moved is made at its new date
""",
    ),
    *_read(
        CLI_07,
        "client",
        """
morefs-name-machines vm A machine goes by its moref as it does by its uuid
""",
    ),
    *_read(
        AUTHENTICATION,
        "documented",
        """
login-gives-a-token login A name and a password get a token of a day
login-refuses-what-is-wrong login,refusal A wrong name or password gets no token
token-opens-both-ways login A token is good as Bearer, and as the name of Basic
token-lives-a-day boundary,login A token is good for 86,400 seconds, and no second longer
nothing-without-a-token login,refusal Every call but the login wants a token that is known
""",
    ),
)
"""Every rule of this suite."""
_SINCE: Final = {"retry-tries-again": "2019", "morefs-name-machines": "2026"}
"""The dialects since which there is something for a rule to hold."""


def rules(dialect: str) -> list[Rule]:
    """Return the rules that a dialect is held to."""
    return [
        one
        for one in RULES
        if DIALECTS.index(_SINCE.get(one.id, dialect)) <= DIALECTS.index(dialect)
    ]


BY_ID: Final = {rule.id: rule for rule in RULES}
