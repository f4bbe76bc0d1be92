"""What a search by Schemathesis holds answers to: a rule for each of its checks that is used."""

from typing import Final

from vss_mock.contract.answers import AUTHENTICATION, INTRODUCTION
from vss_mock.contract.rules import HOW_TO, OWN, Rule

SUITE: Final = "search"
CLIENT: Final = "pyvss 0.3.1 (2016-10)"
UNUSED: Final = ("missing_required_header", "object_level_authorization")
"""Checks that look at nothing here: no header is required, and there is one user to log in as."""


def _rule(check: str, title: str, source: str, evidence: str, *tags: str) -> Rule:
    return Rule(f"search-{check.replace('_', '-')}", title, source, evidence, tags, SUITE)


BY_CHECK: Final = {
    check: _rule(check, title, source, evidence, *tags)
    for check, title, source, evidence, *tags in (
        (
            "not_a_server_error",
            "No generated call is answered by a fault of the server",
            OWN,
            "assumed",
            "http",
            "refusal",
        ),
        (
            "status_code_conformance",
            "Generated calls get the status codes that their operations list",
            OWN,
            "assumed",
            "http",
        ),
        (
            "content_type_conformance",
            "Answers to generated calls are JSON",
            INTRODUCTION,
            "documented",
            "http",
        ),
        (
            "response_headers_conformance",
            "Answers to generated calls have the headers that their operations list",
            OWN,
            "assumed",
            "http",
        ),
        (
            "response_schema_conformance",
            "Answers to generated calls are as their schemas say",
            HOW_TO,
            "documented",
            "http",
        ),
        (
            "negative_data_rejection",
            "Generated bodies and parameters that are wrong are refused",
            OWN,
            "assumed",
            "boundary",
            "refusal",
        ),
        (
            "positive_data_acceptance",
            "Generated bodies and parameters that are right are taken",
            HOW_TO,
            "documented",
            "boundary",
        ),
        (
            "unsupported_method",
            "Methods that a path does not have are refused with 405, and Allow",
            OWN,
            "assumed",
            "http",
            "refusal",
        ),
        (
            "allow_header_conformance",
            "What OPTIONS allows are the methods that the path has",
            INTRODUCTION,
            "documented",
            "http",
        ),
        (
            "use_after_free",
            "What was deleted cannot be read afterwards",
            CLIENT,
            "client",
            "delete",
        ),
        (
            "ensure_resource_availability",
            "What was made can be read by the links that its making gave",
            HOW_TO,
            "documented",
            "request",
        ),
        (
            "ignored_auth",
            "Generated calls without a good token are refused",
            AUTHENTICATION,
            "documented",
            "login",
            "refusal",
        ),
    )
}
ANSWERED: Final = _rule(
    "is_answered", "Every generated call is answered, in HTTP and in time", OWN, "assumed", "http"
)
RULES: Final = (*BY_CHECK.values(), ANSWERED)
