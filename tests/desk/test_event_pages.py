"""The admin of the event tables in a new process, where no test has imported it."""

import subprocess
import sys

PROGRAM = """
import django

django.setup()
from django.contrib import admin

print(*(model._meta.label for model in admin.site._registry))
"""


def test_a_new_process_has_the_pages_of_events_checkpoints_and_dead_letters():
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)  # noqa: S603
    assert {"events.Event", "events.Checkpoint", "events.DeadLetter"} <= set(result.stdout.split())
