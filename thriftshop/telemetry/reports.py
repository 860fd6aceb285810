"""Error reports to Sentry, where SENTRY_DSN says so; without personal data."""

from django.conf import settings


def start() -> None:
    """Starts reporting; does nothing without SENTRY_DSN."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # takes as long to load as a service of ours, and is often not wanted

        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            environment=settings.SENTRY_ENVIRONMENT,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            traces_sample_rate=0.0,
        )
