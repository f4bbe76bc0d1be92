"""What a lie is: an edit of the mock's own files that falsifies one thing it is known to do.

Nothing of the mock is imported here, since a lie has to be in place before it is.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, which the paths of edited files begin at."""

KINDS = (
    "wrong word",
    "type",
    "key",
    "link",
    "date",
    "zone",
    "count",
    "order",
    "code",
    "header",
    "boundary",
    "transition early",
    "transition late",
    "forgotten effect",
    "accepted bad input",
    "refused good input",
    "leaked object",
    "state changed by a read",
    "state changed by a refusal",
    "stale answer",
    "id not unique",
    "error shape",
    "login",
    "age",
    "paging",
)
"""The classes of lies: a suite is measured by classes, since other lies than these will be told."""

DIALECT = "vss_mock/wire/dialect_2016.py"
DIALECT_2019 = "vss_mock/wire/dialect_2019.py"
DIALECT_2026 = "vss_mock/wire/dialect_2026.py"
COLLECTIONS = "vss_mock/wire/collections.py"
DATES = "vss_mock/wire/dates.py"
PAYLOADS = "vss_mock/wire/payloads.py"
PROBLEMS = "vss_mock/wire/problems.py"
TOKENS = "vss_mock/wire/tokens.py"
SERVICE = "vss_mock/api/service.py"
VM = "vss_mock/api/vm.py"
VISIT = "vss_mock/api/visit.py"
PLACES = "vss_mock/api/places.py"
ACCOUNT = "vss_mock/api/account.py"
SNAPSHOT = "vss_mock/api/snapshot.py"
REQUEST = "vss_mock/api/request.py"
USER = "vss_mock/api/user.py"
PARAMS = "vss_mock/api/params.py"
WORLD = "vss_mock/simulator/world.py"
UNFOLDING = "vss_mock/simulator/unfolding.py"
LIFECYCLE = "vss_mock/simulator/lifecycle.py"
CHANGES = "vss_mock/simulator/changes.py"
DATACENTER = "vss_mock/simulator/datacenter.py"
INVENTORY = "vss_mock/simulator/inventory.py"
RECORDS = "vss_mock/simulator/records.py"
SCHEDULE = "vss_mock/simulator/schedule.py"
DOCUMENTS = "vss_mock/wire/documents.py"
RENDERING = "vss_mock/api/rendering.py"
HTTP_HOSTS = "vss_mock/http_hosts.py"
HTTP_ANSWERS = "vss_mock/http_answers.py"
HTTP_LIMITS = "vss_mock/http_limits.py"
HTTP_REQUESTS = "vss_mock/http_requests.py"
SERVER = "vss_mock/server.py"
VALUES_SCHEMA = "schemas/common/values.json"
DATES_SCHEMA = "schemas/common/dates.json"
CREATE_SCHEMA = "schemas/2016/snapshot-create.json"
EXTEND_SCHEMA = "schemas/2016/extend.json"
CONSOLIDATE_SCHEMA = "schemas/2016/consolidate.json"


class Unfit(ValueError):
    """An edit does not fit the file it is for: the file has changed, or the edit says little."""


class Edit(NamedTuple):
    """A text that occurs once in a file of the checkout, and what stands there instead."""

    file: str
    old: str
    new: str


class Lie(NamedTuple):
    """A broken server: what is false about it, the edits that make it so, who has to notice.

    `rules` are those of which at least one has to be broken, since they name the right thing: the
    first is enough by itself, the others are as good where the whole suite is run. `shows` names
    the operations in whose answers a client sees the lie, `moves` the transitions of the life
    cycle that it falsifies, as `create.take`, and `dialect` what the server speaks.
    """

    id: str
    kind: str
    what: str
    file: str
    old: str
    new: str
    rules: tuple[str, ...]
    shows: tuple[str, ...]
    moves: tuple[str, ...] = ()
    more: tuple[Edit, ...] = ()
    dialect: str = "2016"

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Every edit of this lie."""
        return (Edit(self.file, self.old, self.new), *self.more)


def texts(edits: Iterable[Edit]) -> Mapping[str, str]:
    """Return the edited files' texts by their paths; raise Unfit."""
    edited: dict[str, str] = {}
    for edit in edits:
        text = edited.get(edit.file) or (ROOT / edit.file).read_text(encoding="utf-8")
        edited[edit.file] = applied(edit, text)
    return edited


def applied(edit: Edit, text: str) -> str:
    """Return a text with one edit made in it; raise Unfit."""
    found = text.count(edit.old)
    if found != 1:
        raise Unfit(f"{edit.file} holds {edit.old!r} {found} times, not once")
    if edit.old == edit.new:
        raise Unfit(f"{edit.file}: an edit of {edit.old!r} changes nothing")
    return text.replace(edit.old, edit.new)
