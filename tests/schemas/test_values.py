"""The small words of bodies: what each pattern takes, and what it must not."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.schemas.published import DOCUMENTS, FILES

UUID = "501219a5-a563-787c-f334-e7b65e829dca"
SNAPSHOT = "2016/snapshot-request.json#/$defs/request/properties/snapshot/properties"
API = "https://vss-api.eis.utoronto.ca:8001"
TEXTS = [
    (f"common/{library}.json#/$defs/{key}", example)
    for library in ("dates", "links", "values")
    for key, definition in FILES[f"common/{library}.json"]["$defs"].items()
    for example in definition["examples"]
    if isinstance(example, str)
]
# These may hold any letter, and descriptions a line break.
PROSE = {
    *("description", "hostname", "line", "new-vm-name", "password", "sentence"),
    *("stored-description", "text", "vm-name"),
}

GOOD: dict[str, list[Any]] = {
    "common/dates.json#/$defs/minute": [
        *("2016-07-29 22:00", "2016-02-29 00:00", "2000-02-29 23:59", "0002-01-01 00:00"),
        *("1883-11-18 12:00", "9998-12-31 23:59", "0004-02-29 00:00", "2016-12-31 00:00"),
    ],
    "common/dates.json#/$defs/stamp": [
        *("2016-07-29 22:00:00 EDT", "2016-12-20 17:12:16 EST", "1850-01-01 00:00:00 LMT"),
        *("1943-07-01 00:00:00 EWT", "1945-09-01 00:00:00 EPT", "0002-01-01 00:00:00 LMT"),
    ],
    "common/dates.json#/$defs/age": [
        *("0:00:00", "0:30:14.466488", "23:59:59", "1 day, 0:00:00", "2 days, 3:04:05.000001"),
        *("10 days, 0:00:00", "36525 days, 6:00:00"),
    ],
    "common/dates.json#/$defs/elapsed": ["0.00000s", "0.01018s", "1.13983s", "10.00000s"],
    "common/dates.json#/$defs/instant": ["2016-07-29T16:30:59Z", "2016-07-29T16:30:59.000001Z"],
    "common/dates.json#/$defs/local-instant": [
        *("2016-07-29T12:30:59-04:00", "1850-01-01T00:00:00-05:17:32"),
        "2016-07-29T12:30:59.500000-04:00",
    ],
    "common/dates.json#/$defs/moment": [
        *("2016-07-29T22:00", "2016-07-29 22:00:00", "2016-07-29T22:00:00.5Z"),
        *("2016-07-29T22:00+02:00", "2016-07-30T02:00:00Z"),
    ],
    "common/dates.json#/$defs/duration": ["10h", "90m", "1d6h", "30s", "36525d", "0h", "1d2h3m4s"],
    "common/values.json#/$defs/hours": [
        1,
        72,
        12.0,
        "1",
        "12",
        "72",
        "012",
        "00000000000000000012",
    ],
    f"{SNAPSHOT}/valid_for": ["1", "9", "10", "69", "70", "72", None],
    "common/dates.json#/$defs/weekday-stamp": [
        *("2016-07-29 Fri 22:00:00 EDT", "2020-04-30 Tue 16:53:00 EDT"),
    ],
    "common/values.json#/$defs/cpu-count": [1, 9, 128, 4.0, "1", "99", "100", "119", "128", "04"],
    "common/values.json#/$defs/memory-gb": [1, 4096, "1", "999", "3999", "4089", "4096", "0008"],
    "common/values.json#/$defs/new-vm-name": ["a", "1606T-web3", "x" * 74, "with spaces / é"],
    "common/values.json#/$defs/text": ["", "x" * 256],
    "common/values.json#/$defs/hostname": [None, "web1", "web1.example.org"],
    "common/values.json#/$defs/domain-moref": ["domain-c4252", "domain-c1"],
    "common/values.json#/$defs/hardware-version": ["vmx-08", "vmx-10", "vmx-19"],
    "common/values.json#/$defs/guest-id": [
        "ubuntu64Guest",
        "windows8Server64Guest",
        "rhel7_64Guest",
    ],
    "common/links.json#/$defs/page": [
        f"{API}/v2/vm?per_page=3000&page=1&name=web",
        f"{API}/v2/vm/{UUID}/snapshot?per_page=10&page=2",
        f"{API}/v2/folder/group-v519/children?per_page=3000&page=1",
    ],
    "common/values.json#/$defs/description": [
        "x",
        "two\nlines\tand a tab",
        "é 漢字 🚀",
        "x" * 4096,
    ],
    "common/values.json#/$defs/vm-name": [
        "a",
        "1606T-coreos0",
        "x" * 80,
        "with spaces / and slash",
    ],
    "common/values.json#/$defs/username": ["jm", "j", "j.m_1-2", "0a", "x" * 64],
    "common/values.json#/$defs/world-name": ["default", "a", "0-_", "x" * 64],
    "common/values.json#/$defs/token": ["demo-token", "a.b.c", "YQ==", "A~+/_-."],
    "common/values.json#/$defs/ip-address": [None, "192.0.2.1", "2001:db8::1"],
    "common/values.json#/$defs/uuid": [UUID],
    "common/links.json#/$defs/vm": [
        f"{API}/v2/vm/{UUID}",
        f"http://127.0.0.1:8001/v2/vm/{UUID}",
        f"http://[::1]:8001/v2/vm/{UUID}",
        f"https://mock.example/vss/v2/vm/{UUID}",
    ],
    "common/links.json#/$defs/snapshot-request-page": [
        f"{API}/v2/request/snapshot?per_page=10&page=2&expand=1&filter=status%2Ceq%2CScheduled",
    ],
}
BAD: dict[str, list[Any]] = {
    "common/dates.json#/$defs/minute": [
        *("2016-7-29 22:00", "2016-07-29T22:00", "2016-07-29 22:00:00", "2016-07-29 24:00"),
        *("2016-07-29 22:60", "2016-00-01 00:00", "2016-13-01 00:00", "2016-01-32 00:00"),
        *("2016-04-31 00:00", "2015-02-29 00:00", "1900-02-29 00:00", "2016-02-30 00:00"),
        *("0000-02-29 00:00", "0001-01-01 00:00", "9999-01-01 00:00", "9999-12-31 23:59"),
        *(" 2016-07-29 22:00", "2016-07-29 22:00 ", "2016-07-29  22:00", "2016-07-29 22:00 EDT"),
        *("", "now", 1469844000, None, "22:00", "2016-07-29", "16-07-29 22:00"),
    ],
    "common/dates.json#/$defs/stamp": [
        *("2016-07-29 22:00:00", "2016-07-29 22:00:00 UTC", "2016-07-29 22:00:00 edt"),
        *("2016-07-29 22:00 EDT", "2016-07-29 Fri 22:00:00 EDT", "2016-07-29 22:00:00-04:00"),
        *("2016-07-29T22:00:00 EDT", "2016-07-29 22:00:00 E", "2016-07-29 22:00:61 EDT"),
    ],
    "common/dates.json#/$defs/age": [
        *("00:30:14", "0:30", "24:00:00", "1 days, 0:00:00", "2 day, 0:00:00", "-1 day, 0:00:00"),
        *("0 days, 0:00:00", "0:30:14.466", "1814.466488", "0:60:00", "2 days,0:00:00"),
    ],
    "common/dates.json#/$defs/elapsed": [
        *("0.0s", "0.01018", "1s", "00.01018s", "0.010180s", "-0.01018s", "0,01018s", 0.01018),
    ],
    "common/dates.json#/$defs/instant": [
        *("2016-07-29T16:30:59", "2016-07-29 16:30:59Z", "2016-07-29T16:30:59+00:00"),
        "2016-07-29T16:30:59.5Z",
    ],
    "common/dates.json#/$defs/moment": [
        *("2016-07-29", "22:00", "2016-02-30T00:00", "2016-07-29T22", "2016-07-29T22:00 EDT"),
        "2016-07-29T22:00-04",
    ],
    "common/dates.json#/$defs/duration": [
        *("", "10", "h", "10 h", "6h1d", "1h1h", "-1h", "1.5h", "10H", "1w", "100000d", "1_0h"),
    ],
    "common/values.json#/$defs/hours": [
        *(0, 73, -1, 1.5, True, False, None, [], {}, "", "0", "73", "00", "-1", "+1", " 12", "12 "),
        *("1_2", "1.0", "1e1", "0x1", "twelve", "000000000000000000012", 10**30),
    ],
    f"{SNAPSHOT}/valid_for": ["0", "73", "01", "", "1 ", 12, "1.0", True],
    "common/dates.json#/$defs/weekday-stamp": [
        *(
            "2016-07-29 22:00:00 EDT",
            "2016-07-29 Friday 22:00:00 EDT",
            "2016-07-29 fri 22:00:00 EDT",
        ),
        *("Fri 2016-07-29 22:00:00 EDT", "2016-07-29 Fri 22:00:00", "2016-07-29  Fri 22:00:00 EDT"),
    ],
    "common/values.json#/$defs/cpu-count": [
        *(0, 129, -1, 1.5, True, None, [], {}, "", "0", "129", "130", "200", "1000", " 4", "4.0"),
    ],
    "common/values.json#/$defs/memory-gb": [
        *(0, 4097, -1, 0.5, True, None, "", "0", "4097", "4100", "5000", "10000", "8 GB", "8.0"),
    ],
    "common/values.json#/$defs/new-vm-name": ["", "x" * 75, "a\nb", "a\tb", None, 5],
    "common/values.json#/$defs/text": ["x" * 257, "a\nb", None],
    "common/values.json#/$defs/hostname": ["", "x" * 257, "a\tb", 5],
    "common/values.json#/$defs/domain-moref": ["4252", "domain-4252", "domain-c", "group-v1"],
    "common/values.json#/$defs/hardware-version": ["vmx10", "10", "vmx-1", "vmx-100"],
    "common/values.json#/$defs/guest-id": ["", "Ubuntu Linux", "x" * 65],
    "common/links.json#/$defs/page": [
        *(f"{API}/v2/vm?page=1", f"{API}/v2/vm?page=1&per_page=10", f"{API}/v2/?per_page=1&page=1"),
        *(f"{API}/v2/vm", "/v2/vm?per_page=10&page=1", f"{API}/v2/vm/?per_page=10&page=1"),
    ],
    "common/values.json#/$defs/description": ["", "x" * 4097, "a\x00b", "a\rb", "\x7f", "\x85", 5],
    "common/values.json#/$defs/vm-name": ["", "x" * 81, "a\nb", "a\tb", "a\x1fb", None],
    "common/values.json#/$defs/username": ["", "J", "-a", ".a", "a b", "a@b", "a:b", "x" * 65, "é"],
    "common/values.json#/$defs/world-name": ["", "A", "_a", "-a", "a.b", "a/b", "..", "x" * 65],
    "common/values.json#/$defs/token": ["", "a b", "a:b", "a,b", "é", "===", "a==="],
    "common/values.json#/$defs/ip-address": ["", "localhost", "192.0.2.1/24", "x"],
    "common/values.json#/$defs/uuid": [
        *(UUID.upper(), f"{{{UUID}}}", UUID.replace("-", ""), UUID[:-1], f"{UUID}0", ""),
    ],
    f"{SNAPSHOT}/snap_id": ["0", "01", "-1", "1.0", "", "1\n", "１", 1],
    "common/values.json#/$defs/snapshot-name": ["SR-0", "SR-02", "sr-2", "SR2", "SR-", "2"],
    "common/links.json#/$defs/vm": [
        f"/v2/vm/{UUID}",
        f"//host/v2/vm/{UUID}",
        f"ftp://host/v2/vm/{UUID}",
        f"{API}/v2/vm/{UUID}/",
        f"{API}//v2/vm/{UUID}",
        f"{API}/v2/vm/",
        f"{API}/v2/vm/{UUID}?summary",
        f"{API}/v2/vm/{UUID}#x",
        f"{API}/v1/vm/{UUID}",
        f"https:///v2/vm/{UUID}",
        f"https://user@host/v2/vm/{UUID}",
        f"https://a b/v2/vm/{UUID}",
    ],
    "common/links.json#/$defs/api": [f"{API}/v2", f"{API}/", f"{API}/v2//"],
    "common/links.json#/$defs/vms": [f"{API}/v2/vm/", f"{API}/v2/vm?name=x", f"{API}/v2/vms"],
    "common/links.json#/$defs/snapshot-request-page": [
        f"{API}/v2/request/snapshot?page=2",
        f"{API}/v2/request/snapshot?page=2&per_page=10",
        f"{API}/v2/request/snapshot?per_page=0&page=1",
        f"{API}/v2/request/snapshot?per_page=10&page=1&filter=a b",
        f"{API}/v2/request/change?per_page=10&page=1",
    ],
}


@pytest.mark.parametrize(("name", "value"), [(name, v) for name in GOOD for v in GOOD[name]])
def test_what_is_meant_is_taken(name: str, value: Any) -> None:
    assert DOCUMENTS.violations(name, value) == []


@pytest.mark.parametrize(("name", "value"), [(name, v) for name in BAD for v in BAD[name]])
def test_what_is_not_meant_is_refused(name: str, value: Any) -> None:
    assert DOCUMENTS.violations(name, value) != []


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_a_text_with_a_line_break_at_its_end_is_refused(name: str, text: str) -> None:
    if name.rpartition("/")[2] != "description":
        assert DOCUMENTS.violations(name, f"{text}\n") != []


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_digits_of_other_scripts_are_refused(name: str, text: str) -> None:
    wide = text.translate({ord(digit): ord(digit) - ord("0") + ord("０") for digit in "0123456789"})
    arabic = text.translate(
        {ord(digit): ord(digit) - ord("0") + ord("٠") for digit in "0123456789"}
    )
    if wide == text or name.rpartition("/")[2] in PROSE - {"stored-description"}:
        return
    assert DOCUMENTS.violations(name, wide) != []
    assert DOCUMENTS.violations(name, arabic) != []


def test_a_day_is_taken_exactly_when_the_calendar_has_it() -> None:
    for year in (1600, 1900, 2000, 2015, 2016, 2100, 2400):
        for month in range(14):
            for day in range(33):
                text = f"{year:04}-{month:02}-{day:02} 12:00"
                try:
                    datetime.fromisoformat(text)
                    exists = True
                except ValueError:
                    exists = False
                assert DOCUMENTS.is_valid("common/dates.json#/$defs/minute", text) is exists, text


def test_every_word_that_toronto_has_had_for_its_zone_is_known() -> None:
    toronto = ZoneInfo("America/Toronto")
    moment = datetime(1880, 1, 1, tzinfo=ZoneInfo("UTC"))
    words = set()
    while moment.year < 2100:
        local = moment.astimezone(toronto)
        words.add(local.tzname())
        stamp = f"{local.replace(tzinfo=None, microsecond=0).isoformat(' ')} {local.tzname()}"
        assert DOCUMENTS.is_valid("common/dates.json#/$defs/stamp", stamp), stamp
        moment += timedelta(days=13)
    assert {"EST", "EDT", "LMT"} <= words
