"""The sessions' contract and the functions that implement it."""

from apps.sessions.service import attempts, logins, open_sessions
from idl import sessions


class Service(sessions.SessionsService):
    """idl/sessions.thrift, implemented."""

    log_in = staticmethod(logins.log_in)
    authenticate = staticmethod(logins.authenticate)
    get_sessions = staticmethod(open_sessions.get)
    revoke = staticmethod(open_sessions.revoke)
    revoke_others = staticmethod(open_sessions.revoke_others)
    log_out = staticmethod(logins.log_out)
    count_attempt = staticmethod(attempts.count)
    forgive_attempts = staticmethod(attempts.forgive)
