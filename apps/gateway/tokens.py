"""Authenticated tokens in memory.

A token that was authenticated is accepted without asking again while it is certain that its session was not ended more than
CURRENT_SECONDS ago (docs/caching.md).
"""

import hashlib
import threading
from collections import OrderedDict
from time import monotonic

from django.conf import settings

from idl import common
from thriftshop import clock
from thriftshop.events import broadcast, streams

SUBSCRIPTION = "gateway.sessions"
# A session that was ended is refused everywhere after this time.
CURRENT_SECONDS = 0.1
MAX_TOKENS = 20_000
MAX_ENDED = 10_000


class CheckedTokens:
    """The viewers of authenticated tokens, until their sessions end or have to be checked again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._viewers: OrderedDict[bytes, common.Viewer] = OrderedDict()  # by the digest of the token
        self._tokens: dict[str | None, bytes] = {}  # by session id
        self._ended: OrderedDict[str, None] = OrderedDict()
        self.ends = 0

    def get(self, token: str) -> common.Viewer | None:
        """The viewer of a token, if its session is certainly open, or was until CURRENT_SECONDS ago."""
        viewer = self._viewers.get(_digest(token))
        if viewer is None or (viewer.valid_until or 0) <= clock.now() or not is_current():
            return None
        return viewer

    def add(self, token: str, viewer: common.Viewer, ends: int) -> None:
        """Add a token that was authenticated when so many sessions had ended, unless its session has ended meanwhile."""
        with self._lock:
            if viewer.session_id in self._ended or self.ends - ends >= MAX_ENDED:
                return
            digest = _digest(token)
            self._viewers[digest] = viewer
            self._viewers.move_to_end(digest)
            self._tokens[viewer.session_id] = digest
            while len(self._viewers) > MAX_TOKENS:
                oldest = self._viewers.popitem(last=False)[1]
                self._tokens.pop(oldest.session_id, None)

    def drop(self, session_id: str) -> None:
        """Drop the token of a session that has ended, also if it is being authenticated."""
        with self._lock:
            self.ends += 1
            self._ended[session_id] = None
            while len(self._ended) > MAX_ENDED:
                self._ended.popitem(last=False)
            if (digest := self._tokens.pop(session_id, None)) is not None:
                self._viewers.pop(digest, None)

    def drop_others(self, viewer: common.Viewer) -> None:
        """Drop the tokens of the other sessions of a user."""
        for other in list(self._viewers.values()):
            if other.id == viewer.id and other.session_id not in (None, viewer.session_id):
                self.drop(str(other.session_id))


CHECKED = CheckedTokens()


def is_current() -> bool:
    """Whether this process knows every session that ended until CURRENT_SECONDS ago.

    Only for sessions in this process's own SQLite database: on PostgreSQL, and in the process of another service, a long
    transaction can delay events.
    """
    return (
        monotonic() - broadcast.current_at(SUBSCRIPTION) <= CURRENT_SECONDS
        and streams.is_hosted("sessions")
        and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    )


def _digest(token: str) -> bytes:
    """A token is a secret, and not stored itself."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
