"""The reference model by itself: worked by hand, and spelled as the documents show it."""

from typing import Any

import pytest

from vss_mock import resources
from vss_mock.contract import toronto
from vss_mock.contract.differences import Difference, Learned, differences
from vss_mock.contract.expected import Expected
from vss_mock.contract.lists import Query, chosen, pages
from vss_mock.contract.machines import CPU, MEMORY, NAME, POWER, Machine
from vss_mock.contract.model import (
    CANCELLED,
    DELETE,
    DONE,
    FAILED,
    KEPT,
    REVERT,
    WAITING,
    Model,
)
from vss_mock.contract.toronto import DAY, HOUR, SECOND
from vss_mock.contract.words import Link, Unknown

URL = "https://vss-api.eis.utoronto.ca:8001"
VM = "501219a5-a563-787c-f334-e7b65e829dca"
OTHER = "501219a5-a563-787c-f334-e7b65e829dcb"
START = 1_469_809_859 * SECOND  # 2016-07-29 12:30:59 in Toronto
ABOUT = {"moref": "vm-4766"}


def model() -> Model:
    machines = [
        Machine(VM, "1606T-coreos0", "poweredOff", wants_consolidation=True, about=ABOUT),
        Machine(OTHER, "1502P-pm", "poweredOn", wants_consolidation=False, about=ABOUT),
    ]
    return Model(START, {"jm": None, "ana": frozenset({OTHER})}, machines)


def minute(text: str) -> int:
    found = toronto.meant(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2016-07-29 22:00", "2016-07-29 22:00:00 EDT"),
        ("2016-12-31 23:59", "2016-12-31 23:59:00 EST"),
        ("2016-11-06 01:30", "2016-11-06 01:30:00 EDT"),
        ("2016-03-13 03:00", "2016-03-13 03:00:00 EDT"),
        ("2006-03-20 12:00", "2006-03-20 12:00:00 EST"),
    ],
)
def test_a_minute_means_what_torontos_clocks_showed_first(text: str, shown: str) -> None:
    assert toronto.stamp(minute(text)) == shown
    assert toronto.read_stamp(shown) == minute(text)


def test_a_minute_that_spring_skips_means_nothing() -> None:
    assert toronto.meant("2016-03-13 02:30") is None


@pytest.mark.parametrize("text", ["2016-07-29", "2016-02-30 12:00", " 2016-07-29 22:00", "soon"])
def test_what_is_no_minute_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        toronto.meant(text)


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (0, "0:00:00"),
        (1_814_466_488, "0:30:14.466488"),
        (DAY, "1 day, 0:00:00"),
        (2 * DAY + HOUR + SECOND, "2 days, 1:00:01"),
    ],
)
def test_an_age_is_spelled_in_days_and_hours(length: int, shown: str) -> None:
    assert toronto.span(length) == shown


def test_a_snapshot_lives_from_its_date_for_its_hours() -> None:
    world = model()
    start = minute("2016-07-29 22:00")
    asked = world.submit("jm", VM, "before upgrading", start, 12)
    world.pass_to(start - 1)
    assert world.snapshots[1].stage == WAITING
    world.pass_to(start)
    taken = world.snapshots[1]
    assert (taken.stage, taken.snapshot, taken.changed) == (KEPT, 1, start)
    assert toronto.stamp(asked.ends) == "2016-07-30 10:00:00 EDT"
    world.pass_to(asked.ends - 1)
    assert [one.number for one in world.standing_on(VM)] == [1]
    world.pass_to(asked.ends + HOUR)
    assert world.standing_on(VM) == []
    assert (world.snapshots[1].stage, world.snapshots[1].changed) == (DONE, asked.ends)


def test_a_date_long_past_is_taken_and_deleted_at_once() -> None:
    world = model()
    world.submit("jm", VM, "late", START - 400 * HOUR, 1)
    world.pass_to(START)
    assert (world.snapshots[1].stage, world.snapshots[1].changed) == (DONE, START)
    world.submit("jm", VM, "next", START, 1)
    world.pass_to(START)
    assert world.snapshots[2].snapshot == 2


def test_hours_are_added_in_utc_over_a_change_of_the_clocks() -> None:
    world = model()
    asked = world.submit("jm", VM, "x", minute("2016-11-05 12:00"), 24)
    assert toronto.stamp(asked.ends) == "2016-11-06 11:00:00 EST"


def test_an_extension_moves_the_end_and_three_are_the_most() -> None:
    world = model()
    asked = world.submit("jm", VM, "x", START, 1)
    assert world.why_not_extended(asked, 1) == "stage"
    world.pass_to(START)
    for count in (1, 2, 3):
        assert world.why_not_extended(world.snapshots[1], 72) is None
        assert world.extend(1, 72).ends == START + (1 + 72 * count) * HOUR
    assert world.why_not_extended(world.snapshots[1], 1) == "extensions"
    assert world.snapshots[1].hours == 1


def test_a_deletion_by_hand_closes_the_request_of_the_snapshot() -> None:
    world = model()
    world.submit("jm", OTHER, "x", START, 72)
    world.pass_to(START)
    world.act(DELETE, "ana", OTHER, 1)
    assert world.standing_on(OTHER)
    world.pass_to(START + SECOND)
    first, second = world.snapshots.values()
    assert (first.stage, first.ended_by, first.changed) == (DONE, 2, START)
    assert (second.stage, second.origin, second.changed) == (DONE, 1, START)


def test_work_on_what_went_meanwhile_fails() -> None:
    world = model()
    world.submit("jm", VM, "x", START, 72)
    world.pass_to(START)
    for work in (DELETE, DELETE, REVERT):
        world.act(work, "jm", VM, 1)
    world.pass_to(START)
    assert [one.stage for one in world.requests()] == [DONE, DONE, FAILED, FAILED]


def test_what_is_due_at_one_instant_happens_by_number_snapshots_first() -> None:
    world = model()
    start = minute("2016-07-29 22:00")
    world.consolidate("jm", VM, start)
    world.submit("jm", VM, "one", start, 1)
    world.submit("jm", VM, "two", start, 1)
    became = world.pass_to(start)
    assert [(one.work, one.number) for one in became] == [
        ("create", 1),
        ("consolidate", 1),
        ("create", 2),
    ]
    assert not world.machines[VM].wants_consolidation


@pytest.mark.parametrize(
    ("vm", "work", "value", "after"),
    [
        (VM, POWER, "poweredOn", {"power_state": "poweredOn", "booted": START}),
        (VM, NAME, "web3", {"name": "1606T-web3"}),
        (VM, NAME, "1606T-web3", {"name": "1606T-web3"}),
        (VM, CPU, (4, None), {"cpus": 4}),
        (VM, CPU, (4, 2), {"cpus": 4, "cores": 2}),
        (VM, MEMORY, 8, {"memory": 8192}),
        (OTHER, POWER, "suspend", {"power_state": "suspended"}),
        (OTHER, POWER, "shutdown", {"power_state": "poweredOff"}),
        (OTHER, CPU, (1, None), {}),
    ],
)
def test_a_change_makes_a_machine_what_was_asked(
    vm: str, work: str, value: Any, after: dict[str, Any]
) -> None:
    world = model()
    before = world.machines[vm]
    world.change(work, "jm", vm, value, None)
    assert world.machines[vm] == before
    world.pass_to(START)
    assert (world.changes[1].stage, world.machines[vm]) == (DONE, before._replace(**after))


@pytest.mark.parametrize(
    ("vm", "work", "value", "said"),
    [
        (VM, POWER, "poweredOff", "cannot be performed in the current state (Powered off)."),
        (VM, POWER, "reboot", "cannot be performed in the current state (Powered off)."),
        (OTHER, POWER, "poweredOn", "cannot be performed in the current state (Powered on)."),
        (OTHER, CPU, (2, None), "CPU hot plug is not supported"),
        (OTHER, MEMORY, 2, "Memory hot plug is not supported"),
    ],
)
def test_a_change_that_does_not_fit_fails_and_leaves_the_machine(
    vm: str, work: str, value: Any, said: str
) -> None:
    world = model()
    before = world.machines[vm]
    world.change(work, "jm", vm, value, None)
    world.pass_to(START)
    asked = world.changes[1]
    assert (asked.stage, world.machines[vm]) == (FAILED, before)
    assert said in asked.said


def test_a_machine_that_is_made_for_it_grows_while_it_is_on_and_never_shrinks() -> None:
    world = model()
    world.machines[OTHER] = world.machines[OTHER]._replace(grows=True)
    for size in (2, 1):
        world.change(MEMORY, "jm", OTHER, size, None)
    world.change(CPU, "jm", OTHER, (2, 2), None)
    world.pass_to(START)
    assert [one.stage for one in world.changes.values()] == [DONE, FAILED, FAILED]
    assert world.machines[OTHER].memory == 2048


def test_a_name_that_another_machine_has_is_taken_until_that_one_is_renamed() -> None:
    world = model()
    world.machines[OTHER] = world.machines[OTHER]._replace(name="1606T-pm")
    world.change(NAME, "jm", VM, "pm", None)
    world.pass_to(START)
    assert (world.changes[1].stage, world.changes[1].said) == (
        FAILED,
        "The name '1606T-pm' already exists.",
    )
    world.change(NAME, "jm", OTHER, "web3", None)
    world.retry(1)
    world.pass_to(START)
    # It was tried again before the other name was given up: by number.
    assert [one.stage for one in world.changes.values()] == [FAILED, DONE]
    world.retry(1)
    world.pass_to(START)
    assert (world.changes[1].stage, world.changes[1].tried) == (DONE, 2)
    assert world.machines[VM].name == "1606T-pm"


def test_a_change_that_was_given_up_is_never_made() -> None:
    world = model()
    asked = world.change(POWER, "jm", VM, "poweredOn", START + HOUR)
    assert world.may_be_put_off(asked)
    assert asked.waits_for_a_date
    world.pass_to(START + SECOND)
    world.cancel(1)
    assert world.pass_to(START + DAY) == []
    gone = world.changes[1]
    assert (gone.stage, gone.changed) == (CANCELLED, START + SECOND)
    assert not world.may_be_put_off(gone)
    assert world.machines[VM].power_state == "poweredOff"


@pytest.mark.parametrize("later", [HOUR, 3 * HOUR, -HOUR])
def test_a_change_that_was_put_off_is_made_at_its_new_date_or_at_once(later: int) -> None:
    world = model()
    world.change(POWER, "jm", VM, "poweredOn", START + 2 * HOUR)
    world.put_off(1, START + later)
    due = max(START, START + later)
    world.pass_to(due - 1) if due > START else None
    assert world.changes[1].stage == WAITING
    world.pass_to(due)
    assert (world.changes[1].stage, world.changes[1].changed) == (DONE, due)


def test_a_revert_restores_power_and_size_but_not_the_name() -> None:
    world = model()
    world.submit("jm", VM, "before", START, 72)
    world.pass_to(START)
    for work, value in ((CPU, (4, 2)), (MEMORY, 8), (NAME, "web3"), (POWER, "poweredOn")):
        world.change(work, "jm", VM, value, None)
    world.pass_to(START + HOUR)
    before = world.machines[VM]
    assert (before.cpus, before.cores, before.memory) == (4, 2, 8192)
    world.act(REVERT, "jm", VM, 1)
    world.pass_to(START + HOUR)
    vm = world.machines[VM]
    assert (vm.cpus, vm.cores, vm.memory, vm.power_state) == (1, 1, 1024, "poweredOff")
    assert (vm.name, vm.booted) == ("1606T-web3", None)


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_snapshot_that_settles_the_disks_does_so_when_it_goes(by_hand: bool) -> None:
    world = model()
    world.submit("jm", VM, "x", START, 1, settles=True)
    world.pass_to(START)
    assert world.machines[VM].wants_consolidation
    if by_hand:
        world.act(DELETE, "jm", VM, 1)
    world.pass_to(START if by_hand else START + HOUR)
    assert not world.machines[VM].wants_consolidation


@pytest.mark.parametrize(
    ("dialect", "waiting", "due"),
    [
        ("2016", "Submitted", "2016-07-30 04:00:00 EDT"),
        ("2019", "Scheduled", "2016-07-30 04:00:00 EDT"),
        ("2026", "SCHEDULED", "2016-07-30 Sat 04:00:00 EDT"),
    ],
)
def test_each_dialect_has_its_own_words_for_a_change_that_waits(
    dialect: str, waiting: str, due: str
) -> None:
    world = model()
    world.change(POWER, "jm", VM, "poweredOn", minute("2016-07-30 04:00"))
    world.change(POWER, "jm", VM, "poweredOn", None)
    expected = Expected(world, URL, dialect)
    told = expected.request(world.changes[1])
    assert (told["status"], told["scheduled_datetime"]) == (waiting, due)
    at_once = expected.request(world.changes[2])
    assert at_once["status"] == ("SUBMITTED" if dialect == "2026" else "Submitted")


@pytest.mark.parametrize("number", [0, 1])
def test_a_request_is_spelled_as_the_how_to_shows_it(number: int) -> None:
    example = resources.load_schemas()["2016/snapshot-request.json"]["examples"][number]
    world = model()
    world.submit("jm", VM, "the how-to's is the second", START, 1)
    asked = world.submit("jm", VM, "before upgrading", minute("2016-07-29 22:00"), 12)
    if number:
        # The how-to's own run was 51 seconds after it was asked for.
        ran = minute("2016-07-29 12:31") + 50 * SECOND
        asked = asked._replace(stage=KEPT, snapshot=1, changed=ran)
    found = list(differences(Expected(world, URL).request_document(asked), example, Learned()))
    # The document's "1" for 12 is a slip.
    assert found == [Difference("value", "/data/snapshot/valid_for", "12", "1")]


def test_a_204_extension_and_its_messages_are_told_in_order() -> None:
    world = model()
    world.submit("jm", VM, "x {braces} 100%", START, 1)
    world.pass_to(START)
    world.extend(1, 2)
    world.pass_to(START + 3 * HOUR)
    message = Expected(world, URL).request(world.snapshots[1])["message"]
    assert message["warnings"] == [
        "Snapshot created SR-1 (1): x {braces} 100% from 2016-07-29 12:30:59-04:00 valid for 1",
        "Snapshot Delete has been Scheduled to 2016-07-29 13:30:59 EDT",
        "Snapshot Delete has been Scheduled to 2016-07-29 15:30:59 EDT",
        "Snapshot deleted SR-1 (1)",
    ]


def test_what_is_unknown_is_learned_once_and_is_one_things_alone() -> None:
    learned = Learned()
    one, two = Unknown(("task", 1), "uuid"), Unknown(("task", 2), "uuid")
    assert not learned.fits(one, "no uuid")
    assert learned.fits(one, VM)
    assert learned.fits(one._replace(before="at/"), f"at/{VM}")
    assert not learned.fits(one, OTHER)
    assert not learned.fits(two, VM)
    assert learned.fits(two, OTHER)


@pytest.mark.parametrize(
    ("expected", "actual", "kinds"),
    [
        ([{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 1}], ["order"]),
        ([{"id": 1}], [], ["missing"]),
        ([{"id": 1}], [{"id": 1}, {"id": 2}], ["extra"]),
        ([{"id": 1}], [{"id": 1}, {"id": 1}], ["extra"]),
        ({"a": 1}, {"a": True}, ["value"]),
        ({"a": None}, {}, ["value"]),
        ({}, {"a": None}, ["value"]),
        ({"meta": {}}, {"meta": {"time": "0.00001s"}}, []),
    ],
)
def test_a_difference_tells_what_is_missing_extra_elsewhere_or_other(
    expected: Any, actual: Any, kinds: list[str]
) -> None:
    assert [one.kind for one in differences(expected, actual, Learned())] == kinds


def test_a_query_chooses_and_orders_what_has_no_value_last() -> None:
    world = model()
    for hours in (3, 1, 2):
        world.submit("jm", VM, "x", START, hours)
    world.pass_to(START)
    world.act(REVERT, "jm", VM, 1)
    expected = Expected(world, URL)

    def numbers(query: Query) -> list[int]:
        return [one.number for one in chosen(world, expected, world.requests("jm"), query)]

    assert numbers(Query(order=(("valid_for", True),))) == [1, 3, 2, 4]
    assert numbers(Query(order=(("valid_for", False),))) == [2, 3, 1, 4]
    assert numbers(Query(order=(("status", True), ("id", True)))) == [4, 3, 2, 1]
    assert numbers(Query(filters=(("status", "eq", "Scheduled"), ("valid_for", "le", 2)))) == [2, 3]
    assert numbers(Query(filters=(("vm_name", "like", "%COREOS%"), ("id", "in", (1, 4))))) == [1, 4]
    later = (("to_date", "gt", START + HOUR),)
    assert numbers(Query(filters=later)) == [1, 3]
    assert Query(filters=later).spelled() == "filter=to_date,gt,2016-07-29%2013:30:59%20EDT"


def test_pages_link_to_each_other_and_keep_what_was_asked() -> None:
    told = pages("u", Query(order=(("id", True),), page=2, per_page=5), 11)
    kept = (("sort", "id,desc"),)
    assert told == {
        "first_url": Link("u?per_page=5&page=1", kept),
        "last_url": Link("u?per_page=5&page=3", kept),
        "next_url": Link("u?per_page=5&page=3", kept),
        "page": 2,
        "pages": 3,
        "per_page": 5,
        "prev_url": Link("u?per_page=5&page=1", kept),
        "total": 11,
    }
    link = told["next_url"]
    for actual, count in (("u?per_page=5&page=3&sort=id%2Cdesc", 0), ("u?per_page=5&page=3", 1)):
        assert len(list(differences(link, actual, Learned()))) == count
