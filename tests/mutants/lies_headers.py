"""Lies in headers."""

from tests.mutants.lie import HTTP_ANSWERS, PROBLEMS, SERVER, SERVICE, Lie

EXTEND = ("request-snapshot-extend",)
EVERYWHERE = ("api-root", "user-get", "vm-list", "request-summary")

LIES = (
    Lie(
        "no-challenge",
        "header",
        "A call without a token is not told how to log in",
        SERVICE,
        "raise Refusal(401, message, headers=CHALLENGE)\n        token, password",
        "raise Refusal(401, message)\n        token, password",
        (
            "not-logged-in",
            "nothing-without-a-token",
            "nobody-sees-anything",
            "who-is-not-logged-in-is-told-how",
        ),
        EVERYWHERE,
    ),
    Lie(
        "no-challenge-when-expired",
        "header",
        "A call with a token that has expired is not told how to log in",
        PROBLEMS,
        '"the token has expired: log in again", headers=CHALLENGE)',
        '"the token has expired: log in again")',
        (
            "token-expires",
            "token-lives-a-day",
            "who-is-not-logged-in-is-told-how",
        ),
        EVERYWHERE,
    ),
    Lie(
        "put-not-allowed",
        "header",
        "The Allow header leaves PUT out",
        HTTP_ANSWERS,
        'f"Allow: {allow}\\r\\n" if allow else ""',
        'f"Allow: {allow}\\r\\n".replace("PUT, ", "") if allow else ""',
        (
            "allowed-methods",
            "options-tells-everywhere",
            "allow-tells-the-methods",
        ),
        ("request-snapshot-get", "vm-consolidation-get"),
    ),
    Lie(
        "allow-on-success-missing",
        "header",
        "An answer to an extension has no Allow header",
        SERVER,
        'allow=None if "Allow" in reply.headers else allow,',
        'allow=None if "Allow" in reply.headers or reply.status_code == 204 else allow,',
        (
            "allowed-methods",
            "allow-tells-the-methods",
        ),
        EXTEND,
    ),
    Lie(
        "errors-as-html",
        "header",
        "An error says that it is text/html",
        HTTP_ANSWERS,
        'kind = "Content-Type: application/json\\r\\n" if json else ""',
        'sort = "text/html" if status_code >= 400 else "application/json"\n'
        '    kind = f"Content-Type: {sort}\\r\\n" if json else ""',
        (
            "answer-vm-get",
            "answer-request-snapshot-get",
            "unknown-things",
            "not-logged-in",
            "refused-snapshots",
            "refusals-have-their-code",
        ),
        ("vm-get", "request-snapshot-get"),
    ),
    Lie(
        "head-without-type",
        "header",
        "An answer to HEAD does not say its type",
        HTTP_ANSWERS,
        "start = _start(reply.status_code, bool(body), allow)",
        "start = _start(reply.status_code, bool(body) and not head, allow)",
        (
            "head",
            "head-is-get-without-body",
            "head-is-get-without-a-body",
        ),
        EVERYWHERE,
    ),
    Lie(
        "head-of-no-length",
        "header",
        "An answer to HEAD says that its body is empty",
        HTTP_ANSWERS,
        'lines.append(b"Content-Length: %d\\r\\n" % len(body))',
        'lines.append(b"Content-Length: %d\\r\\n" % (0 if head else len(body)))',
        (
            "head",
            "head-is-get-without-body",
            "head-is-get-without-a-body",
        ),
        EVERYWHERE,
    ),
)
