"""The caller's account: who it is, its groups, messages and settings; the service itself."""

from typing import cast

from vss_mock.api.messages import Reply, Steps
from vss_mock.api.params import number
from vss_mock.api.visit import Visit
from vss_mock.wire.dialect_2019 import Token
from vss_mock.wire.dialect_2026 import Dialect2026
from vss_mock.wire.problems import Refusal


def user_personal_get(visit: Visit) -> Reply:
    """Answer who the caller is."""
    return visit.one("user-personal-get", visit.later.personal_data(visit.user))


def user_ldap_get(visit: Visit) -> Reply:
    """Answer what the directory knows of the caller."""
    return visit.one("user-ldap-get", visit.later.ldap_data(visit.world, visit.user))


def user_role_get(visit: Visit) -> Reply:
    """Answer what the caller may do."""
    return visit.one("user-role-get", visit.later.roles(visit.user))


def user_notification_get(visit: Visit) -> Reply:
    """Answer how the caller is told of requests."""
    return visit.one("user-notification-get", visit.later.notifications(visit.user))


def user_notification_request_get(visit: Visit) -> Reply:
    """Answer which steps of a request the caller is told of."""
    settings = visit.later.notifications(visit.user)["request"]
    return visit.one("user-notification-request-get", settings)


def user_notification_method_get(visit: Visit) -> Reply:
    """Answer by which way the caller is told."""
    method = {"method": visit.later.notifications(visit.user)["method"]}
    return visit.one("user-notification-method-get", method)


def user_notification_format_get(visit: Visit) -> Reply:
    """Answer in which form the caller is told."""
    form = {"format": visit.later.notifications(visit.user)["format"]}
    return visit.one("user-notification-format-get", form)


def user_digest_get(visit: Visit) -> Reply:
    """Answer whether the caller gets a digest of messages."""
    return visit.one("user-digest-get", {"message": visit.user.settings.digest})


def user_group_list(visit: Visit) -> Reply | Steps:
    """Answer the groups that the caller is in."""
    return _groups(visit, "user-group-list")


def user_message_list(visit: Visit) -> Reply | Steps:
    """Answer the messages to the caller."""
    later, base = visit.later, visit.base
    return visit.rows(
        "user-message-list",
        visit.world.messages_of(visit.user),
        lambda message: later.message(message, base),
        later.message_fields,
    )


def user_message_get(visit: Visit) -> Reply:
    """Answer one message to the caller."""
    message = visit.world.message(visit.user, number(visit.call.params["id"], "message"))
    return visit.one("user-message-get", visit.later.message(message, visit.base))


def user_message_ack(visit: Visit) -> Reply:
    """Note that the caller has read a message."""
    message = visit.world.acknowledge(visit.user, number(visit.call.params["id"], "message"))
    return visit.one("user-message-ack", visit.later.message(message, visit.base))


def user_token_list(visit: Visit) -> Reply | Steps:
    """Answer the caller's tokens: the fixed one; those of logins are signed and not kept."""
    later, base = visit.later, visit.base
    return visit.rows(
        "user-token-list",
        [_token(visit)],
        lambda token: later.token_row(token, base),
        later.token_fields,
    )


def user_token_get(visit: Visit) -> Reply:
    """Answer one of the caller's tokens."""
    id, token = number(visit.call.params["id"], "token"), _token(visit)
    if id != token.id:
        raise Refusal(404, f"no token {id}")
    return visit.one("user-token-get", visit.later.token_row(token, visit.base))


def user_ssh_key_list(visit: Visit) -> Reply | Steps:
    """Answer the caller's SSH keys: none can be stored here."""
    return visit.rows("user-ssh-key-list", (), dict, visit.later.key_fields)


def group_list(visit: Visit) -> Reply | Steps:
    """Answer the groups that the caller is in."""
    return _groups(visit, "group-list")


def group_get(visit: Visit) -> Reply:
    """Answer one of the caller's groups."""
    group = visit.world.group(visit.user, number(visit.call.params["id"], "group"))
    return visit.one("group-get", _latest(visit).group(visit.world, group, visit.base))


def group_member_list(visit: Visit) -> Reply | Steps:
    """Answer who is in one of the caller's groups."""
    group = visit.world.group(visit.user, number(visit.call.params["id"], "group"))
    members, latest = visit.world.members(group), _latest(visit)
    return visit.rows("group-member-list", members, latest.member, latest.member_fields)


def session_motd(visit: Visit) -> Reply:
    """Answer the message of the day."""
    return visit.one("session-motd", {"motd": visit.world.motd})


def api_status(visit: Visit) -> Reply:
    """Answer that the service is there, and what time it is."""
    now = visit.dialect.date(visit.world.now)
    return visit.one("api-status", {"status": "ok", "time": now, "version": "v2"})


def api_ping(visit: Visit) -> Reply:
    """Answer what was called, and from where."""
    call = visit.call
    told = {"base": call.base, "client": call.client, "method": "GET", "path": call.path}
    return visit.one("api-ping", told)


def _latest(visit: Visit) -> Dialect2026:
    """Return the dialect, of a call that only 2026 has an operation for."""
    return cast(Dialect2026, visit.dialect)


def _token(visit: Visit) -> Token:
    return Token(1, visit.user.created_on, visit.world.now, visit.call.client)


def _groups(visit: Visit, operation: str) -> Reply | Steps:
    later, world, base = visit.later, visit.world, visit.base
    return visit.rows(
        operation,
        world.groups_of(visit.user),
        lambda group: later.group_row(world, group, base),
        later.group_fields,
    )
