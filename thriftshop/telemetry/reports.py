"""Error reports to Sentry, if SENTRY_DSN is set, without personal data."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def start() -> None:
    """Start reporting, if SENTRY_DSN is set. Raises ImproperlyConfigured for an invalid DSN."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # slow to import, and often not needed

        try:
            sentry_sdk.init(
                dsn=settings.SENTRY_DSN,
                environment=settings.SENTRY_ENVIRONMENT,
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
                traces_sample_rate=0.0,
            )
        except ValueError as error:
            raise ImproperlyConfigured(
                f"SENTRY_DSN is not a valid DSN: {error}."
                " Copy it from the project's settings in Sentry, or remove the variable."
            ) from error
