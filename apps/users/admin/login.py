"""How the staff log in: with e-mail address and password, slowed down like any other login."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from idl import sessions
from thriftshop import circumstances, rpc


class StaffLoginForm(AdminAuthenticationForm):
    """The admin's login. Each try is counted first, and forgiven when it succeeds."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "The e-mail address and the password do not fit together, or this is no staff account.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = "E-mail address"
        username.widget = forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username", "maxlength": 254})

    def clean(self) -> dict[str, Any]:
        """Counts the try, then checks it. Without a place to count there is no login: guessing would be free."""
        account = self.cleaned_data.get("username")
        if not account or not self.cleaned_data.get("password"):
            return super().clean()
        address = self.request.META.get("REMOTE_ADDR") if self.request else None
        with circumstances.using(caller="users", viewer=""):
            counting = rpc.connect(sessions.SessionsService)
            try:
                counting.count_attempt(account, address)
            except sessions.TooManyAttempts as refusal:
                raise ValidationError(refusal.message, code="too_many_attempts") from refusal
            except rpc.RpcError as error:
                raise ValidationError(
                    "Nobody can log in just now; try again in a minute.", code="unavailable"
                ) from error
            cleaned = super().clean()
            counting.forgive_attempts(account, address)
        return cleaned
