"""A mail server for tests, at which a process can be stopped, and whose answers can be chosen."""

from django.core.mail.backends import locmem

BACKEND = f"{__name__}.Backend"


class Killed(BaseException):
    """The process ends, whatever it was doing."""


class Backend(locmem.EmailBackend):
    """Keeps letters in `mail.outbox`; `at` calls what was put under "connecting", "handing over", "accepted", "leaving"."""

    at: dict = {}

    def open(self):
        self._reach("connecting")
        return True

    def send_messages(self, messages):
        self._reach("handing over")
        sent = super().send_messages(messages)
        self._reach("accepted")
        return sent

    def close(self):
        self._reach("leaving")

    def _reach(self, place):
        if place in self.at:
            self.at[place]()

    @classmethod
    def dies(cls, place):
        """Has the process end once, when it gets to that place."""

        def die():
            cls.at.pop(place, None)
            raise Killed

        cls.at[place] = die

    @classmethod
    def fails(cls, place, error):
        """Has the server fail at that place until further notice."""

        def fail():
            raise error

        cls.at[place] = fail
