"""The staff login form in the process that hosts users: attempts are throttled as for any other login."""

import contextlib
from typing import Any

from django.core.exceptions import ValidationError

from idl import sessions
from thriftshop import call_context, rpc
from thriftshop.desk import login
from thriftshop.web import origin


class StaffLoginForm(login.StaffLoginForm):
    """The admin's login form, which counts attempts."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt, then check the password. Without the sessions service nobody can log in."""
        account = self.cleaned_data.get("username")
        if not account or not self.cleaned_data.get("password"):
            return super().clean()
        address = origin.of(self.request)
        with call_context.using(caller="users", viewer=""):
            attempts = rpc.connect(sessions.SessionsService)
            try:
                attempts.count_attempt(account, address)
            except sessions.TooManyAttempts as refusal:
                raise ValidationError(refusal.message, code="too_many_attempts") from refusal
            except rpc.RpcError as error:
                raise ValidationError(
                    "Logging in is not possible at the moment. Try again in a minute.", code="unavailable"
                ) from error
            cleaned = super().clean()
            # The password was right: a count that cannot be reset does not prevent the login.
            with contextlib.suppress(rpc.RpcError):
                attempts.forgive_attempts(account, address)
        return cleaned
