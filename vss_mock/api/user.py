"""Login, the caller, and the API's root."""

from vss_mock.api.messages import Reply
from vss_mock.api.visit import Visit
from vss_mock.wire import tokens
from vss_mock.wire.dialect_2016 import TOKEN_LIFE_HOURS


def token_request(visit: Visit) -> Reply:
    """Answer a fresh token for the user whose password was just checked."""
    tenancy, user = visit.tenancy, visit.user
    life = TOKEN_LIFE_HOURS * 3600
    token = tokens.issue(tenancy.world.seed, tenancy.name, user.username, tenancy.world.now, life)
    tenancy.journal.note_token(token)
    return visit.reply(200, visit.dialect.token(token, user))


def user_get(visit: Visit) -> Reply:
    """Answer the caller."""
    document = visit.dialect.user(visit.world, visit.user, visit.call.client, visit.base)
    return visit.reply(200, document)


def api_root(visit: Visit) -> Reply:
    """Answer where the API's resources are."""
    return visit.reply(200, visit.dialect.root(visit.user, visit.base))
