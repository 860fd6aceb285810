"""How the staff log in where the users are: with e-mail address and password, slowed down like any other login."""

import contextlib
from typing import Any

from django.core.exceptions import ValidationError

from idl import sessions
from thriftshop import call_context, rpc
from thriftshop.desk import login
from thriftshop.web import origin


class StaffLoginForm(login.StaffLoginForm):
    """The admin's login. Each try is counted first, and forgiven when it succeeds."""

    def clean(self) -> dict[str, Any]:
        """Counts the try, then checks it. Without a place to count there is no login: guessing would be free."""
        account = self.cleaned_data.get("username")
        if not account or not self.cleaned_data.get("password"):
            return super().clean()
        address = origin.of(self.request)
        with call_context.using(caller="users", viewer=""):
            counting = rpc.connect(sessions.SessionsService)
            try:
                counting.count_attempt(account, address)
            except sessions.TooManyAttempts as refusal:
                raise ValidationError(refusal.message, code="too_many_attempts") from refusal
            except rpc.RpcError as error:
                raise ValidationError(
                    "Logging in is not possible at the moment; try again in a minute.", code="unavailable"
                ) from error
            cleaned = super().clean()
            # The password was right: a count that cannot be reset does not prevent the login.
            with contextlib.suppress(rpc.RpcError):
                counting.forgive_attempts(account, address)
        return cleaned
