"""Error reports to Sentry, where SENTRY_DSN says so; without personal data."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def start() -> None:
    """Starts reporting; does nothing without SENTRY_DSN. Raises ImproperlyConfigured for one that is no DSN."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # takes as long to load as a service of ours, and is often not wanted

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
                f"The variable SENTRY_DSN is not an address of a Sentry project: {error}."
                " Copy the DSN from the project's settings, or leave it out."
            ) from error
