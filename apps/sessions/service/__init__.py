"""The sessions' contract implemented: a table of contents; each noun's verbs stand in a module of its own."""

from apps.sessions.service import attempts, logins, open_sessions
from idl import common, sessions


class Service(sessions.SessionsService):
    """Who is logged in, on which device. Everybody sees and ends their own sessions; staff may end any."""

    def log_in(self, email: str, password: str, device: str, address: str | None = None) -> sessions.Login:
        """Logs a user in on a device."""
        return logins.log_in(email, password, device, address)

    def authenticate(self, token: str) -> common.Viewer:
        """Who the bearer of this token is."""
        return logins.authenticate(token)

    def get_sessions(self) -> list[sessions.Session]:
        """The viewer's open sessions."""
        return open_sessions.get()

    def revoke(self, session_id: str) -> None:
        """Ends one of the viewer's sessions."""
        open_sessions.revoke(session_id)

    def revoke_others(self) -> int:
        """Ends all of the viewer's sessions but this one."""
        return open_sessions.revoke_others()

    def log_out(self, token: str) -> None:
        """Ends the session that this token opens."""
        logins.log_out(token)

    def count_attempt(self, account: str, address: str | None = None) -> None:
        """Counts a try at a password that is about to be made elsewhere."""
        attempts.count(account, address)

    def forgive_attempts(self, account: str, address: str | None = None) -> None:
        """Takes back what was counted: the password was right."""
        attempts.forgive(account, address)
