# ruff: noqa: RUF001 - digits of other scripts are among what is refused
"""Values that no server may take, and good ones that it has to, though they are seldom seen."""

from typing import Any, Final

BAD_HOURS: Final[tuple[Any, ...]] = (
    0,
    73,
    -1,
    1.5,
    72.5,
    True,
    None,
    [12],
    {},
    10**9,
    "0",
    "73",
    "-1",
    "",
    "x",
    " 12",
    "12 ",
    "1_2",
    "+5",
    "1.0",
    "12h",
    "１２",
)
GOOD_HOURS: Final[tuple[Any, ...]] = (1, 2, 12, 24, 47, 71, 72, "12", "1", "72", "07", 12.0)

BAD_DATES: Final[tuple[Any, ...]] = (
    "2016-02-30 12:00",
    "2015-02-29 10:00",
    "2100-02-29 10:00",
    "2016-04-31 10:00",
    "2016-13-01 10:00",
    "2016-00-10 10:00",
    "2016-07-00 10:00",
    "2016-07-29 24:00",
    "2016-07-29 12:60",
    "2016-07-29",
    "2016-07-29T22:00",
    "2016-07-29 22:00:00",
    "2016-07-29 22:00 EDT",
    "2016-07-29 22:00-04:00",
    "2016-7-29 22:00",
    "2016-07-29 9:00",
    "29.07.2016 22:00",
    "07/29/2016 22:00",
    " 2016-07-29 22:00",
    "2016-07-29 22:00\n",
    "2016-07-29  22:00",
    "２０１６-07-29 22:00",
    "soon",
    "",
    20160729,
    None,
    ["2016-07-29 22:00"],
)
SKIPPED: Final = (
    "2016-03-13 02:00",
    "2016-03-13 02:30",
    "2016-03-13 02:59",
    "2017-03-12 02:15",
    "2006-04-02 02:45",
    "2020-03-08 02:00",
)
"""Times that Toronto's clocks never showed."""
GOOD_DATES: Final = (
    "2016-03-13 01:59",
    "2016-03-13 03:00",
    "2016-11-06 00:59",
    "2016-11-06 01:00",
    "2016-11-06 01:30",
    "2016-11-06 02:00",
    "2016-11-05 12:00",
    "2016-03-12 12:00",
    "2006-03-20 12:00",
    "2016-02-28 23:59",
    "2016-02-29 00:00",
    "2015-02-28 12:00",
    "2016-12-31 23:59",
    "2017-01-01 00:00",
    "2016-04-30 23:30",
    "1999-12-31 23:59",
    "2030-07-01 12:00",
)

BAD_TEXTS: Final[tuple[Any, ...]] = (
    "",
    "x" * 4097,
    "a\x00b",
    "a\rb",
    "\x1b[0m",
    "\x7f",
    "a\x85b",
    5,
    None,
    ["x"],
    True,
)
GOOD_TEXTS: Final = (
    "before upgrading",
    "x",
    "quotes \" and ' and \\ and /",
    "{braces} and % and &amp; <b>",
    "two\nlines\tand a tab",
    "Ångström, naïve, 东京, العربية",
    "rocket 🚀 and family 👨‍👩‍👧",
    " spaces around ",
    "from 2016-07-29 22:00:00-04:00 valid for 12",
    "x" * 4096,
    "é" * 4096,
    "\u2028 and \ufeff",
)

BAD_STATES: Final[tuple[Any, ...]] = (
    "on",
    "PoweredOn",
    "poweredoff",
    "hibernate",
    "",
    None,
    1,
    ["poweredOn"],
)
BAD_NAMES: Final[tuple[Any, ...]] = ("", "x" * 75, "a\tb", "a\nb", "\x00", "\x7f", None, 7, ["x"])
GOOD_NAMES: Final = ("web9", "two words", "1606T-core", "P-x", "x" * 74, "Ångström & sons", "db1")
BAD_COUNTS: Final[tuple[Any, ...]] = (
    0,
    129,
    -1,
    1.5,
    "0",
    "129",
    "",
    "x",
    " 2",
    "２",
    True,
    None,
    [],
)
GOOD_COUNTS: Final[tuple[Any, ...]] = (1, 2, 4, 8, 128, "3", "16", (4, 2), (8, 4))
BAD_PROCESSORS: Final[tuple[Any, ...]] = (
    {},
    {"count": 2},
    {"cores_per_socket": 2},
    {"count": 0, "cores_per_socket": 1},
    {"count": 2, "cores_per_socket": 1, "sockets": 2},
)
BAD_SIZES: Final[tuple[Any, ...]] = (
    0,
    4097,
    -1,
    0.5,
    "0",
    "4097",
    "",
    "8 GB",
    "８",
    True,
    None,
    {},
)
GOOD_SIZES: Final[tuple[Any, ...]] = (1, 2, 3, 4, 6, 4096, "5", "16")
BAD_UPDATES: Final[tuple[Any, ...]] = (
    {},
    {"scheduled": True},
    {"scheduled": False, "scheduled_datetime": "2030-07-30 06:00"},
    {"scheduled": None},
    {"scheduled": "false"},
    {"schedule": "2030-07-30 06:00"},
    {"scheduled": False, "colour": "red"},
    {"attribute": "duration", "value": 1},
    None,
    [],
)

BAD_QUERIES: Final = (
    ("page=0", ("page",)),
    ("page=-1", ("page",)),
    ("page=x", ("page",)),
    ("page=", ("page",)),
    ("per_page=0", ("per_page",)),
    ("per_page=1.5", ("per_page",)),
    ("per_page=ten&page=0", ("page", "per_page")),
    ("expand=maybe", ("expand",)),
    ("filter=colour,eq,red", ("filter",)),
    ("filter=status", ("filter",)),
    ("filter=status,is,Scheduled", ("filter",)),
    ("filter=id,eq,two", ("filter",)),
    ("filter=created_on,gt,soon", ("filter",)),
    ("sort=colour,asc", ("sort",)),
    ("sort=colour", ("sort",)),
    ("sort=id,", ("sort",)),
    ("sort=id,up", ("sort",)),
    ("sort=id,asc%3Bcolour,desc", ("sort",)),
    ("summary=2", ("summary",)),
    ("summary=yes", ("summary",)),
)
"""Queries that cannot be meant, with the parameters at fault."""
