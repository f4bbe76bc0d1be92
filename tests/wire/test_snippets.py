"""How a call is made once more: as commands for a shell, and as lines of Python."""

import shlex
from typing import Any

import pytest

from vss_mock.assembly import load_documents
from vss_mock.wire.pyvss import METHODS, Meant, lines
from vss_mock.wire.snippets import Made, curl, httpie

DOCUMENTS = load_documents()
JSON = {"Content-Type": "application/json"}
UUID = "501219a5-a563-787c-f334-e7b65e829dca"
MADE = Made("GET", "http://127.0.0.1:8001", "/v2/vm?summary", "demo-token", None, {}, b"")
POST = MADE._replace(method="POST", target="/v2/user", headers=JSON)


def test_a_read_is_one_command() -> None:
    url = "'http://127.0.0.1:8001/v2/vm?summary'"
    assert curl(MADE) == f"curl -sS {url} -H 'Authorization: Bearer demo-token'"
    assert httpie(MADE) == f"http --ignore-stdin -A bearer --auth=demo-token GET {url}"


def test_a_body_is_told_member_by_member_where_that_can_be() -> None:
    made = POST._replace(body=b'{"text": "it\'s", "count": 12, "at": "@f", "path": "a\\\\b"}')
    assert shlex.split(httpie(made) or "")[6:] == [
        "http://127.0.0.1:8001/v2/user",
        *("text=it's", "count:=12", 'at:="@f"', 'path:="a\\\\b"'),
    ]
    assert shlex.split(curl(made))[-2:] == ["--data-raw", made.body.decode()]


@pytest.mark.parametrize(
    "body",
    ["[1]", "{}", '{"odd key": 1}', "text", "{" + ",".join(f'"k{n}":1' for n in range(21)) + "}"],
)
def test_any_other_body_is_told_whole(body: str) -> None:
    assert shlex.split(httpie(POST._replace(body=body.encode())) or "")[-1] == f"--raw={body}"


def test_json_that_does_not_print_is_spelled_so_that_it_does() -> None:
    made = POST._replace(body='{\n"a": "\u202ex 😀\U000e0041", "n": 99999999999999999999}'.encode())
    text = '{"a": "\\u202ex 😀\\udb40\\udc41", "n": 99999999999999999999}'
    assert shlex.split(curl(made))[-1] == text
    items = ['a:="\\u202ex 😀\\udb40\\udc41"', "n:=99999999999999999999"]
    assert shlex.split(httpie(made) or "")[-2:] == items


@pytest.mark.parametrize("body", [b"\xff%\\'", b"a\nb"])
def test_what_is_no_text_of_one_line_comes_out_of_a_pipe(body: bytes) -> None:
    made = POST._replace(body=body)
    printed = {b"\xff%\\'": r"'\377\045\134\047'", b"a\nb": r"'a\012b'"}[body]
    assert curl(made).startswith(f"printf {printed} | curl ")
    assert curl(made).endswith(" --data-binary @-")
    assert (httpie(made) or "").startswith(f"printf {printed} | http -A bearer ")


def test_a_head_sends_no_body_for_it_would_wait_for_one() -> None:
    made = POST._replace(method="HEAD", body=b"{}")
    assert curl(made).startswith("curl -sS --head http")
    assert "{}" not in curl(made) + (httpie(made) or "")


def test_curl_takes_nothing_for_a_pattern_and_leaves_paths_alone() -> None:
    made = MADE._replace(target="/v2/../vm?name=[1-3]", headers={"Content-Type": ""})
    assert curl(made).startswith("curl -sS --globoff --path-as-is 'http")
    assert "-H 'Content-Type;'" in curl(made)
    assert "--path-as-is" in (httpie(made) or "")


def test_a_header_that_does_not_print_is_shown_with_spaces() -> None:
    assert "'Content-Type: a b'" in curl(MADE._replace(headers={"Content-Type": "a\tb"}))


@pytest.mark.parametrize(
    "made", [MADE._replace(method="M-SEARCH"), MADE._replace(headers={"Origin": "a\\=b"})]
)
def test_what_httpie_cannot_say_it_is_not_given(made: Made) -> None:
    assert httpie(made) is None


def test_who_is_nobody_logs_in_as_nobody() -> None:
    assert "Authorization" not in curl(MADE._replace(token=None))
    assert "auth" not in (httpie(MADE._replace(token=None)) or "")


def python(
    operation: str, dialect: str = "2016", body: Any = None, query: Any = (), **params: str
) -> str | None:
    """Return what is called of pyvss for an operation."""
    found = DOCUMENTS.operation(dialect, operation)
    made = MADE._replace(method=found.method)
    told = lines(made, Meant(found, params, query, body), dialect)
    return None if told is None else told.splitlines()[-1].removeprefix("print(vss.")[:-1]


def test_lines_for_pyvss_are_a_program() -> None:
    found = DOCUMENTS.operation("2016", "vm-get")
    assert lines(MADE, Meant(found, {"uuid": UUID}, (), None), "2016") == (
        "# pyvss 0.8.8\n"
        "from pyvss.manager import VssManager\n"
        "\n"
        "vss = VssManager('demo-token', api_endpoint='http://127.0.0.1:8001')\n"
        f"print(vss.get_vm('{UUID}'))\n"
    )


TAKEN = "create_vm_snapshot('U', \"it's\", '2016-07-29 22:00', '12')"
BODY = {"description": "it's", "from_date": "2016-07-29 22:00", "valid_for": "12"}


@pytest.mark.parametrize(
    ("call", "operation", "dialect", "told"),
    [
        (
            TAKEN,
            "vm-snapshot-create",
            "2016",
            {"body": BODY, "uuid": "U"},
        ),
        (
            f"{TAKEN[:-1]}, consolidate=True, with_memory=False)",
            "vm-snapshot-create",
            "2026",
            {"body": {**BODY, "consolidate": True}, "uuid": "U"},
        ),
        (None, "vm-snapshot-create", "2026", {"body": {**BODY, "user_meta": {}}, "uuid": "U"}),
        (
            "get_vms(name='web', summary='')",
            "vm-list",
            "2016",
            {"query": [("name", "x"), ("name", "web"), ("summary", "")]},
        ),
        (None, "vm-list", "2016", {"query": [("x", "1")]}),
        (None, "vm-get", "2016", {"query": [("summary", "1")], "uuid": "U"}),
        ("get_vm('a%2Fb%3F%20')", "vm-get", "2016", {"uuid": "a/b? "}),
        (None, "vm-get", "2016", {"uuid": ".."}),
        ("get_vm_snapshot('U', '007')", "vm-snapshot-get", "2016", {"uuid": "U", "id": "007"}),
        ("get_vm_snapshot('U', 7)", "vm-snapshot-get", "2016", {"uuid": "U", "id": "7"}),
        ("whoami()", "user-get", "2016", {"body": {}}),
        ("status", "api-status", "2019", {}),
        (None, "api-status", "2019", {"query": [("x", "1")]}),
        (None, "api-root", "2016", {}),
        (
            "extend_snapshot_request(2, 3)",
            "request-snapshot-extend",
            "2016",
            {"body": {"attribute": "duration", "value": 3}, "id": "2"},
        ),
        (
            None,
            "request-snapshot-extend",
            "2016",
            {"body": {"attribute": "duration", "value": 3}, "id": "2", "query": [("x", "1")]},
        ),
        (
            "cancel_scheduled_change_request(2)",
            "request-change-update",
            "2016",
            {"body": {"scheduled": False}, "id": "2"},
        ),
        (
            "reschedule_change_request(2, '2016-07-30 04:00')",
            "request-change-update",
            "2016",
            {"body": {"scheduled_datetime": "2016-07-30 04:00"}, "id": "2"},
        ),
        (
            None,
            "request-change-update",
            "2016",
            {"body": {"scheduled": False}, "id": "2", "query": [("x", "1")]},
        ),
        ("rename_vm('U', 'web')", "vm-name-set", "2016", {"body": {"name": "web"}, "uuid": "U"}),
        ("set_vm_cpu('U', 4)", "vm-cpu-set", "2019", {"body": {"value": 4}, "uuid": "U"}),
        (None, "vm-cpu-set", "2026", {"body": {"value": 4}, "uuid": "U"}),
        (
            "set_vm_cpu('U', 4, 2, user_meta={'a': None})",
            "vm-cpu-set",
            "2026",
            {
                "body": {"value": {"count": 4, "cores_per_socket": 2}, "user_meta": {"a": None}},
                "uuid": "U",
            },
        ),
        (None, "vm-state-set", "2019", {"body": {"value": "suspend"}, "uuid": "U"}),
        (
            "update_vm_state('U', 'suspend')",
            "vm-state-set",
            "2026",
            {"body": {"value": "suspend"}, "uuid": "U"},
        ),
        ("consolidate_vm_disks('U')", "vm-consolidate", "2016", {"uuid": "U"}),
    ],
)
def test_pyvss_is_called_by_the_method_for_an_operation(
    call: str | None, operation: str, dialect: str, told: dict[str, Any]
) -> None:
    assert python(operation, dialect, **told) == call


def test_pyvss_makes_no_head_and_no_call_that_nobody_makes() -> None:
    found = DOCUMENTS.operation("2016", "vm-list")
    assert lines(MADE._replace(method="HEAD"), Meant(found, {}, (), None), "2016") is None
    login = DOCUMENTS.operation("2016", "token-request")
    made = MADE._replace(method="POST", token=None)
    assert lines(made, Meant(login, {}, (), None), "2016") is None
    told = lines(made._replace(login="jm@w"), Meant(login, {}, (), None), "2016") or ""
    assert "VssManager(api_endpoint='http://127.0.0.1:8001')" in told
    assert "vss.get_token('jm@w')" in told


def test_every_method_is_for_an_operation() -> None:
    ids = set().union(*(DOCUMENTS.operation_ids(dialect) for dialect in ("2016", "2019", "2026")))
    assert set(METHODS) <= ids
