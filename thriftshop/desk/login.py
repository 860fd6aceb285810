"""The login form of the staff."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from thriftshop import rpc
from thriftshop.desk import accounts


class StaffLoginForm(AdminAuthenticationForm):
    """The admin's login, with e-mail address and password."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "The e-mail address or password is incorrect, or the account is not a staff account.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = "E-mail address"
        username.widget = forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username", "maxlength": 254})

    def clean(self) -> dict[str, Any]:
        """Check address and password; a refusal after too many attempts becomes a form error."""
        try:
            return super().clean()
        except accounts.contract().TooManyTries as refusal:
            raise ValidationError(refusal.message, code="too_many_attempts") from refusal
        except rpc.RpcError as error:
            raise ValidationError(
                "You cannot log in at the moment; try again in a minute.", code="unavailable"
            ) from error
