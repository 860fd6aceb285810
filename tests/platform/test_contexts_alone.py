"""Each context passes its checks and migrates alone, on a database of its own."""

import pytest
from django.conf import settings

from tests.platform.test_checks import run_manage


@pytest.mark.slow
@pytest.mark.parametrize("context", settings.ALL_CONTEXTS)
def test_a_context_checks_and_migrates_alone(context, tmp_path):
    alone = {
        "CONTEXTS": context,
        "DATABASE_URL": f"sqlite:///{tmp_path}/{context}.sqlite3",
        "DJANGO_SETTINGS_MODULE": "settings.development",
    }
    checked = run_manage("check", "--fail-level", "WARNING", **alone)
    assert checked.returncode == 0, checked.stderr
    migrated = run_manage("migrate", "--verbosity", "0", **alone)
    assert migrated.returncode == 0, migrated.stderr
    tables = run_manage("sqlmigrate", "events", "0001", **alone)
    assert "events_event" in tables.stdout
