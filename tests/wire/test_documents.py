"""Documents: which values they take, what they say of the others, what they tell of operations."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.schemas.published import FILES
from vss_mock.wire.documents import (
    LONGEST_SHOWN,
    MOST_VIOLATIONS,
    Documents,
    UnknownDocument,
    Violation,
    bundle,
    shown,
)

BASE = "https://example.test/"
GOOD = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "before upgrading"}
CREATE = "2016/snapshot-create.json"
PUBLISHED = Documents(FILES)


def of(schema: Mapping[str, Any], **others: Any) -> Documents:
    """Return documents of one schema, `one/it.json`, and others beside it."""
    files = {"one/it.json": schema, **{f"one/{name}.json": other for name, other in others.items()}}
    return Documents(
        {name: {"$id": f"{BASE}{name}", "title": "It", **file} for name, file in files.items()}
    )


def told(schema: Mapping[str, Any], value: Any, subject: str = "it") -> list[str]:
    """Return the sentences about a value that a schema refuses."""
    return [each.sentence for each in of(schema).violations("one/it.json", value, subject)]


def test_a_good_body_has_no_violations() -> None:
    assert PUBLISHED.is_valid(CREATE, GOOD)
    assert PUBLISHED.violations(CREATE, GOOD) == []


def test_all_that_is_wrong_is_told_in_the_order_of_its_places() -> None:
    body = {"vaild_for": 12, "description": "", "from_date": "2016-7-9"}
    assert PUBLISHED.violations(CREATE, body) == [
        Violation("", "valid_for", "the body: 'valid_for' is missing"),
        Violation("", "vaild_for", "the body: unknown 'vaild_for' (did you mean 'valid_for'?)"),
        Violation("description", "description", "description: is empty"),
        Violation(
            "from_date",
            "from_date",
            "from_date: '2016-7-9' is not 'YYYY-MM-DD HH:MM' with a day of the calendar",
        ),
    ]


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (73, "valid_for: 73 is more than the maximum of 72"),
        (0, "valid_for: 0 is less than the minimum of 1"),
        (True, "valid_for: true is neither an integer nor a string of digits"),
        (None, "valid_for: null is neither an integer nor a string of digits"),
        (1.5, "valid_for: 1.5 is neither an integer nor a string of digits"),
        ("１２", "valid_for: '１２' is not a number of hours from 1 to 72"),
        ("12\n", "valid_for: '12\\n' is not a number of hours from 1 to 72"),
    ],
)
def test_a_bad_number_of_hours_is_told_by_what_it_is(hours: Any, sentence: str) -> None:
    violations = PUBLISHED.violations(CREATE, GOOD | {"valid_for": hours})
    assert [violation.sentence for violation in violations] == [sentence]


def test_the_subject_is_named_as_the_caller_wants() -> None:
    (violation,) = PUBLISHED.violations(CREATE, [], "the file")
    assert violation == Violation("", "", "the file: [] is not an object")


def test_a_place_deep_inside_is_named_with_its_numbers() -> None:
    world = {"users": [{"username": "jm", "password": "jm"}, {"username": "J M"}]}
    assert PUBLISHED.violations("common/world.json", world)[0] == Violation(
        "users[1]", "users[1].password", "users[1]: 'password' is missing"
    )
    assert PUBLISHED.violations("common/world.json", world)[1].path == "users[1].username"


def test_a_part_of_a_document_is_a_document() -> None:
    name = "common/error.json#/$defs/not-found"
    error = {"error": "not found", "message": "no", "status": 404}
    assert PUBLISHED.is_valid(name, error)
    assert PUBLISHED.schema(name)["title"] == "Error 404"
    (violation,) = PUBLISHED.violations(name, error | {"status": 400, "error": "bad request"})
    assert violation.sentence == "status: 400 is not 404"


@pytest.mark.parametrize(
    "name",
    [
        *("2016/nothing.json", "", "nothing", "2016/vm", "2016/openapi.json"),
        *("2016/vm.json#/$defs/nothing", "2016/vm.json#/title/x", "2016/vm.json#/required/9"),
        *("2016/vm.json#/required/x", "2016/vm.json#/type/0"),
    ],
)
def test_an_unknown_document_is_told_by_its_name(name: str) -> None:
    for ask in (PUBLISHED.schema, lambda name: PUBLISHED.is_valid(name, {})):
        with pytest.raises(UnknownDocument) as caught:
            ask(name)
        assert caught.value.name == name


def test_a_pointer_may_lead_through_lists_and_escaped_names() -> None:
    documents = of({"$defs": {"a/b": {"anyOf": [{"type": "null"}, {"type": "integer"}]}}})
    name = "one/it.json#/$defs/a~1b/anyOf/1"
    assert documents.schema(name) == {"type": "integer"}
    assert documents.is_valid(name, 1)
    assert not documents.is_valid(name, None)


def test_the_names_are_those_of_the_schemas_in_order() -> None:
    names = PUBLISHED.names()
    assert list(names) == sorted(names)
    assert CREATE in names
    assert "2016/openapi.json" not in names
    assert PUBLISHED.files is FILES


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"type": "string"}, 5, "it: 5 is not a string"),
        ({"type": "integer"}, 1.5, "it: 1.5 is not an integer"),
        ({"type": "number"}, "x", "it: 'x' is not a number"),
        ({"type": "boolean"}, 0, "it: 0 is not true or false"),
        ({"type": "array"}, {}, "it: {} is not a list"),
        ({"type": "null"}, "x", "it: 'x' is not null"),
        ({"type": ["string", "null"]}, 5, "it: 5 is neither a string nor null"),
        ({"enum": ["on", "off"]}, "onn", "it: 'onn' is none of 'on', 'off' (did you mean 'on'?)"),
        ({"enum": ["on", "off"]}, "zzz", "it: 'zzz' is none of 'on', 'off'"),
        ({"enum": [200, 404]}, "404", "it: '404' is none of 200, 404"),
        ({"enum": [1, None]}, 2, "it: 2 is none of 1, null"),
        ({"const": "x"}, "y", "it: 'y' is not 'x'"),
        ({"minimum": 1}, 0, "it: 0 is less than the minimum of 1"),
        ({"maximum": 1}, 2, "it: 2 is more than the maximum of 1"),
        ({"exclusiveMinimum": 1}, 1, "it: 1 is not more than 1"),
        ({"exclusiveMaximum": 1}, 1, "it: 1 is not less than 1"),
        ({"minLength": 1}, "", "it: is empty"),
        ({"minLength": 3}, "a", "it: has 1 character, fewer than 3"),
        ({"maxLength": 4096}, "a" * 5000, "it: has 5,000 characters, more than 4,096"),
        ({"minItems": 1}, [], "it: is empty"),
        ({"minItems": 2}, [], "it: has 0 items, fewer than 2"),
        ({"maxItems": 1}, [1, 2], "it: has 2 items, more than 1"),
        ({"minProperties": 2}, {"a": 1}, "it: has 1 member, fewer than 2"),
        ({"maxProperties": 0}, {"a": 1, "b": 2}, "it: has 2 members, more than 0"),
        ({"uniqueItems": True}, [1, 1], "it: has an item twice"),
        ({"pattern": "^a"}, "b", "it: 'b' is not what belongs here"),
        ({"not": {"type": "null"}}, None, "it: null is not what belongs here"),
        ({"multipleOf": 2}, 3, "it: 3 is not what belongs here"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 0}]}, 5, "it: 5 is not what belongs here"),
        ({"propertyNames": {"enum": ["on"]}}, {"off": 1}, "it: 'off' is none of 'on'"),
    ],
)
def test_each_keyword_is_told_in_plain_words(schema: Any, value: Any, sentence: str) -> None:
    assert told(schema, value) == [sentence]


@pytest.mark.parametrize(
    ("says", "value", "sentence"),
    [
        ({"x-says": "a colour"}, "b", "it: 'b' is not a colour"),
        ({"x-says": "a colour"}, 5, "it: 5 is not a colour"),
        ({"x-says-pattern": "{value} has no a"}, "b", "it: 'b' has no a"),
        ({"x-says-pattern": "begins otherwise"}, "b", "it: begins otherwise"),
        ({"x-says-pattern": "begins otherwise"}, 5, "it: 5 is not a string"),
        ({"x-says-pattern": "no a", "x-says": "a colour"}, "b", "it: no a"),
        ({"x-says-pattern": "no a", "x-says": "a colour"}, 5, "it: 5 is not a colour"),
    ],
)
def test_a_schema_speaks_for_itself(says: Any, value: Any, sentence: str) -> None:
    assert told({"type": "string", "pattern": "^a", **says}, value) == [sentence]


def test_a_schema_that_says_what_it_wants_still_names_members() -> None:
    schema = {"required": ["a"], "additionalProperties": False, "x-says": "a pair"}
    assert told(schema, {"b": 1}) == ["it: 'a' is missing", "it: unknown 'b'"]
    assert told({**schema, "x-says-required": "wants a"}, {}) == ["it: wants a"]


def test_of_alternatives_the_nearest_is_explained() -> None:
    cat = {
        "required": ["lives", "name"],
        "properties": {"lives": {"type": "integer"}, "name": {"type": "string"}},
        "additionalProperties": False,
    }
    dog = {"required": ["breed", "owner", "name"], "additionalProperties": False}
    animals = {"properties": {"animals": {"items": {"anyOf": [dog, cat]}}}}
    value = {"animals": [{"lives": "nine", "name": "Tom"}]}
    assert told(animals, value) == ["animals[0].lives: 'nine' is not an integer"]


def test_several_missing_members_are_told_once_each() -> None:
    assert told({"required": ["b", "a"]}, {}) == ["it: 'b' is missing", "it: 'a' is missing"]


def test_only_what_does_not_hold_under_its_condition_is_told() -> None:
    schema = {
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"size": {"type": "null", "x-says": "null, although kind is a"}}},
        "else": {"required": ["size"]},
    }
    assert told(schema, {"kind": "a", "size": 1}) == ["size: 1 is not null, although kind is a"]
    assert told(schema, {"kind": "b"}) == ["it: 'size' is missing"]
    assert told(schema, {"kind": "a"}) == []


def leap(text: str) -> None:
    """Judge a day: raise ValueError for one that no year has but a leap year."""
    if text == "02-29":
        raise ValueError(f"{text} is of leap years only")


def judged(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Return the sentences about a value of which the format `day` is judged by `leap`."""
    documents = Documents({"it.json": {"$id": BASE, "title": "It", **schema}}, {"day": leap})
    found = documents.violations("it.json", value, "it")
    assert documents.is_valid("it.json", value) is (found == [])
    return [violation.sentence for violation in found]


def test_a_format_that_no_pattern_can_spell_is_judged_by_its_judge() -> None:
    schema = {"properties": {"day": {"format": "day", "pattern": "-", "x-says": "a day"}}}
    assert judged(schema, {"day": "02-28"}) == []
    assert judged(schema, {"day": "02-29"}) == ["day: 02-29 is of leap years only"]
    assert judged(schema, {"day": "0229"}) == ["day: '0229' is not a day"]
    assert judged(schema, {"day": 229}) == []
    assert judged({**schema, "required": ["night"]}, {"day": 229}) == ["it: 'night' is missing"]


def test_a_format_without_a_judge_takes_everything() -> None:
    assert judged({"format": "date"}, "02-30") == []
    assert told({"format": "day"}, "02-29") == []


def test_a_refusal_lists_a_hundred_violations_at_most() -> None:
    assert len(told({"items": {"type": "string"}}, [1] * 500)) == MOST_VIOLATIONS
    strangers = {f"stranger-{number}": 1 for number in range(500)}
    assert len(told({"additionalProperties": False}, strangers)) == MOST_VIOLATIONS


def test_a_guess_is_made_for_the_first_unknown_names_only() -> None:
    schema = {"properties": {"valid_for": True}, "additionalProperties": False}
    sentences = told(schema, {f"valid_fo{number}": 1 for number in range(50)})
    assert sum("did you mean" in sentence for sentence in sentences) == 20
    assert sentences[0] == "it: unknown 'valid_fo0' (did you mean 'valid_for'?)"


def test_no_guess_is_made_for_a_name_nobody_can_read() -> None:
    schema = {"properties": {"a" * 70: True}, "additionalProperties": False}
    (sentence,) = told(schema, {"a" * 71: 1})
    assert "did you mean" not in sentence


def test_a_long_value_is_cut_and_stays_on_its_line() -> None:
    assert shown("x" * 61) == f"'{'x' * 59}…'"
    assert shown("x" * LONGEST_SHOWN) == f"'{'x' * LONGEST_SHOWN}'"
    assert shown(["x" * 100]) == f'["{"x" * 57}…'
    assert shown("a\nb\x00\u202e\ud800") == "'a\\nb\\x00\\u202e\\ud800'"
    assert len(shown("\x00" * 60)) == LONGEST_SHOWN + 2
    assert shown("漢字 é") == "'漢字 é'"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (12.0, "12.0"),
        ({"a": [1]}, '{"a": [1]}'),
        ("it's", "'it's'"),
    ],
)
def test_a_value_is_shown_as_json(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_long_unknown_name_is_cut_in_the_name_too() -> None:
    (violation,) = of({"additionalProperties": False}).violations("one/it.json", {"x" * 999: 1})
    assert len(violation.name) == LONGEST_SHOWN
    assert violation.name in violation.sentence


def test_a_list_that_fills_a_body_is_explained_by_its_bad_items_alone() -> None:
    items = {"items": {"$ref": "word.json"}, "prefixItems": [True]}
    documents = of(items, word={"type": "string", "pattern": "^[a-z]"})
    value = [1, *["x"] * 200_000, "1", *["x"] * 1000]
    (violation,) = documents.violations("one/it.json", value)
    assert violation.path == "[200001]"
    assert documents.violations("one/it.json", {"not": "a list"}) == []


def test_a_list_of_unlike_items_is_not_compared_each_with_each() -> None:
    unlike = [item for number in range(20_000) for item in ([number], [str(number)])]
    schema = {"uniqueItems": True, "items": {"type": "string"}}
    assert len(told(schema, unlike)) == MOST_VIOLATIONS
    assert told({"uniqueItems": True}, [*unlike, [7]]) == ["it: has an item twice"]
    assert told({"uniqueItems": True, "minProperties": 1}, {}) == ["it: is empty"]
    assert told({"uniqueItems": False, "type": "string"}, [1, 1]) == ["it: [1, 1] is not a string"]


def test_items_that_are_all_refused_by_a_plain_false_are_told() -> None:
    assert told({"items": False}, [1]) == ["it: 1 is not what belongs here"]


def test_a_list_is_told_even_where_another_type_was_wanted() -> None:
    schema = {"anyOf": [{"type": "string"}, {"items": {"type": "integer"}, "minProperties": 1}]}
    assert told(schema, {}) == ["it: {} is not a string"]


class Silent:
    """An explainer that finds nothing."""

    def iter_errors(self, value: Any) -> Iterator[Any]:
        return iter(())


def test_a_refusal_that_nobody_can_explain_is_still_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = of({"type": "string"})
    monkeypatch.setattr(documents, "_explainer", lambda name: Silent())
    (violation,) = documents.violations("one/it.json", 5, "the file")
    assert violation == Violation("", "", "the file: is not as 'It' is described")


def test_the_verdict_of_a_pattern_comes_in_linear_time() -> None:
    documents = of({"type": "string", "pattern": r"^(a+)+$(?!\n)"})
    assert not documents.is_valid("one/it.json", "a" * 50_000 + "b")
    assert documents.is_valid("one/it.json", "a" * 50_000)


def test_a_member_called_pattern_is_not_a_pattern() -> None:
    documents = of({"properties": {"pattern": {"type": "string"}}})
    assert documents.is_valid("one/it.json", {"pattern": r"$(?!\n)"})


def test_nothing_heavy_is_loaded_before_something_is_validated_or_explained() -> None:
    program = """
import json, sys
from tests.schemas.published import FILES
loaded = lambda: sorted({"jsonschema", "jsonschema_rs", "referencing"} & set(sys.modules))
from vss_mock.wire.documents import Documents
documents = Documents(FILES)
documents.operations("2016")
print(loaded())
documents.is_valid("2016/extend.json", {})
print(loaded())
documents.violations("2016/extend.json", {"attribute": "duration", "value": 1})
print(loaded())
documents.violations("2016/extend.json", {})
print(loaded())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        "[]",
        "['jsonschema_rs']",
        "['jsonschema_rs']",
        "['jsonschema', 'jsonschema_rs', 'referencing']",
    ]


# Operations.


def test_an_operation_tells_what_its_handler_needs() -> None:
    operation = PUBLISHED.operation("2016", "vm-snapshot-create")
    assert operation.method == "POST"
    assert operation.path == "/v2/vm/{uuid}/snapshot"
    assert operation.security == ("bearer", "token")
    assert operation.secured
    assert operation.body == "2016/snapshot-create.json"
    assert operation.body_required
    assert operation.answers["202"] == "2016/accepted.json#/$defs/creation"
    assert operation.answers["404"] == "common/error.json#/$defs/not-found"
    assert operation.summary == "Ask for a snapshot"
    assert operation.description.startswith("Asks for a snapshot")
    assert operation.query == ()
    assert operation.raw["operationId"] == operation.id


def test_an_operation_without_a_body_has_no_schema_for_it() -> None:
    extend = PUBLISHED.operation("2016", "request-snapshot-extend")
    assert extend.answers["204"] is None
    login = PUBLISHED.operation("2016", "token-request")
    assert login.body is None
    assert not login.body_required
    assert not login.secured


def test_a_body_may_be_left_out_where_the_document_says_so() -> None:
    consolidate = PUBLISHED.operation("2016", "vm-consolidate")
    assert consolidate.body == "2016/consolidate.json"
    assert not consolidate.body_required


def test_the_query_of_a_list_is_named() -> None:
    operation = PUBLISHED.operation("2016", "request-snapshot-list")
    assert operation.query == ("page", "per_page", "expand", "filter", "sort")
    assert PUBLISHED.operation("2016", "vm-list").query == ("name", "summary")


def test_the_control_api_wants_its_own_token() -> None:
    assert PUBLISHED.operation("control", "mock-clock-move").security == ("control",)
    assert PUBLISHED.operation("control", "mock-clock-move").secured
    assert not PUBLISHED.operation("control", "mock-health").secured


def test_every_schema_that_an_operation_names_is_there() -> None:
    for dialect in ("2016", "control"):
        for operation in PUBLISHED.operations(dialect):
            for name in (operation.body, *operation.answers.values()):
                assert name is None or PUBLISHED.schema(name)


def test_operations_are_read_once() -> None:
    assert PUBLISHED.operations("2016") is PUBLISHED.operations("2016")


def test_a_document_without_security_wants_none() -> None:
    operation = {
        "operationId": "it",
        "summary": "It",
        "description": "It.",
        "responses": {"200": {"description": "It."}},
    }
    documents = Documents({"one/openapi.json": {"paths": {"/it": {"get": operation}}}})
    (found,) = documents.operations("one")
    assert found.security == ()
    assert not found.secured
    assert found.answers == {"200": None}


@pytest.mark.parametrize(("dialect", "id"), [("1999", "vm-get"), ("2016", "vm-eat")])
def test_an_unknown_operation_is_told(dialect: str, id: str) -> None:
    with pytest.raises(UnknownDocument):
        PUBLISHED.operation(dialect, id)


def test_a_resource_is_documented_by_its_methods() -> None:
    document = PUBLISHED.documentation("2016", "/v2/vm/{uuid}/snapshot/consolidate")
    assert document["path"] == "/v2/vm/{uuid}/snapshot/consolidate"
    assert document["description"] == "The consolidation of a virtual machine's disks."
    assert list(document["methods"]) == ["GET", "PUT"]
    put = document["methods"]["PUT"]
    assert put["summary"] == "Consolidate disks"
    assert put["request"] == "When; left out or empty: at once."
    assert put["responses"]["202"] == "Accepted."
    assert put["responses"]["404"] == "There is no such thing, or it is another user's."
    assert [parameter["name"] for parameter in put["parameters"]] == ["uuid"]
    assert document["methods"]["GET"]["request"] is None


def test_the_documentation_of_every_resource_is_as_its_schema_says() -> None:
    for dialect in ("2016", "control"):
        for path in FILES[f"{dialect}/openapi.json"]["paths"]:
            data = PUBLISHED.documentation(dialect, path)
            answer = {"data": data, "meta": {"count": len(data), "time": "0.00000s"}}
            assert PUBLISHED.violations("2016/documentation.json", answer) == []


@pytest.mark.parametrize(("dialect", "path"), [("2016", "/nothing"), ("1999", "/v2/vm")])
def test_an_unknown_resource_is_told(dialect: str, path: str) -> None:
    with pytest.raises(UnknownDocument):
        PUBLISHED.documentation(dialect, path)


# Bundles.


def test_a_bundle_brings_its_schemas_along() -> None:
    files = {
        "one/openapi.json": {
            "paths": {"/it": {"$ref": "#/components/pathItems/it"}},
            "components": {"pathItems": {"it": {"schema": {"$ref": "it.json#/$defs/part"}}}},
        },
        "one/it.json": {
            "$schema": "x",
            "$id": f"{BASE}one/it.json",
            "$defs": {"part": {"items": [{"$ref": "#"}, {"$ref": "../two/it.json"}, "$ref"]}},
        },
        "two/it.json": {"$id": f"{BASE}two/it.json", "properties": {"$ref": {"type": "string"}}},
        "two/left-behind.json": {},
    }
    assert bundle("one/openapi.json", files) == {
        "paths": {"/it": {"$ref": "#/components/pathItems/it"}},
        "components": {
            "pathItems": {"it": {"schema": {"$ref": "#/components/schemas/it.part"}}},
            "schemas": {
                "it": {},
                "it.part": {
                    "items": [
                        {"$ref": "#/components/schemas/it"},
                        {"$ref": "#/components/schemas/two-it"},
                        "$ref",
                    ]
                },
                "two-it": {"properties": {"$ref": {"type": "string"}}},
            },
        },
    }


def test_a_bundle_leaves_the_files_as_they_are() -> None:
    before = repr(FILES)
    bundle("2016/openapi.json", FILES)
    assert repr(FILES) == before


@pytest.mark.parametrize("name", ["one/nothing.json", "one/openapi.json"])
def test_a_bundle_of_something_that_is_not_there_is_told(name: str) -> None:
    files = {"one/openapi.json": {"paths": {"schema": {"$ref": "gone.json"}}}}
    with pytest.raises(UnknownDocument):
        bundle(name, files)


def test_formats_are_explained_though_jsonschema_is_imported_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schemas = {
        f"x/{name}.json": {
            "$id": f"https://x.example/x/{name}.json",
            "title": name,
            "format": "day",
        }
        for name in ("a", "b")
    }
    documents = Documents(schemas, {"day": leap})
    first = [each.sentence for each in documents.violations("x/a.json", "02-29")]
    for name in [name for name in sys.modules if name.partition(".")[0] == "jsonschema"]:
        monkeypatch.delitem(sys.modules, name)
    assert [each.sentence for each in documents.violations("x/b.json", "02-29")] == first
