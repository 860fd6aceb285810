"""Tables of logins, which the shop counts itself: they need no consent, because they do not identify a person."""

from django.db import models

DAY = "2010-05-28"


class LoginRow(models.Model):
    """A login, so that it is counted once."""

    event_id = models.CharField(max_length=32, primary_key=True)
    day = models.CharField(max_length=10, help_text=DAY)

    class Meta:
        verbose_name = "login"

    def __str__(self) -> str:
        return self.event_id


class LoginDay(models.Model):
    """A day on which an account was used, under a digest that is another one each day."""

    key = models.CharField(max_length=32, primary_key=True)
    day = models.CharField(max_length=10, help_text=DAY)

    class Meta:
        verbose_name = "account of a day"
        verbose_name_plural = "accounts of days"

    def __str__(self) -> str:
        return self.key


class DailyLogins(models.Model):
    """The logins of a day, and how many accounts they were of."""

    key = models.CharField(max_length=10, primary_key=True)
    day = models.CharField(max_length=10, help_text=DAY)
    logins = models.BigIntegerField(default=0)
    accounts = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily logins"

    def __str__(self) -> str:
        return f"{self.day}: {self.logins}"
