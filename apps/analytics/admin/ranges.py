"""The selection of a page of the dashboard, from its address."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from apps.analytics.domain.periods import Period
from apps.analytics.service.reports.queries import Selection

LENGTHS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "A year"}
DEFAULT = "30"
MAX_DAYS = 1_100


class RangeForm(forms.Form):
    """Days and currency."""

    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))
    currency = forms.ChoiceField(choices=[(code, code) for code in settings.CURRENCIES])

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order, and not too many."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and not 0 <= (until - since).days < MAX_DAYS:
            raise forms.ValidationError(f"Choose up to {MAX_DAYS:,} days, the first one first.")
        return data

    def period(self) -> Period:
        """The chosen days."""
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])


def form_of(query: QueryDict) -> RangeForm:
    """The form as the address fills it; by default the last days until today."""
    days = query.get("days", DEFAULT)
    until = timezone.localdate()
    since = until - dt.timedelta(days=int(days if days in LENGTHS else DEFAULT) - 1)
    defaults = {"since": since.isoformat(), "until": until.isoformat(), "currency": settings.CURRENCIES[0]}
    return RangeForm({name: query.get(name) or value for name, value in defaults.items()})


def selection(form: RangeForm, query: QueryDict) -> Selection:
    """What the page is about."""
    return Selection(
        form.period(), form.cleaned_data["currency"], query.get("country", "")[:2], query.get("sku", "")[:64]
    )
