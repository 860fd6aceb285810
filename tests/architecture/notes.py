"""A small context, as a developer would add it: its folder, its contract, and its name in the settings."""

NAME = "notes"

IDL = """\
/** Notes: remarks that staff keep by subject. */
namespace py notes
namespace js notes
namespace java notes
namespace go notes

include "common.thrift"

/** A note. */
struct Note {
  /** What it is about. */
  1: required string subject,
  /** The remark. */
  2: required string text
}

/** A note was written. */
struct NoteWritten {
  /** The remark. */
  1: required string text
}

/** All that can happen to the notes on one subject. Streams: the subject. */
union NoteEvent {
  /** A note was written. */
  1: NoteWritten written (readers = "demo")
}

/** Notes by subject. */
service NotesService {
  /** Writes a note on a subject. Called again, it writes one again. */
  void write_note(1: string subject, 2: string text) throws (1: common.InvalidInput invalid) (callers = "demo")
  /** The notes on these subjects, as far as they were projected. */
  list<Note> get_notes(1: list<string> subjects) (callers = "demo", idempotent = "true", deadline_ms = "500")
}
"""

FILES = {
    "__init__.py": '"""Notes of staff."""\n',
    "apps.py": '''\
"""Notes of staff."""

from thriftshop import contexts


class NotesConfig(contexts.ContextConfig):
    """Notes of staff."""

    name = "apps.notes"
    label = "notes"
    verbose_name = "Notes"
    description = "Remarks by subject."
    menu_order = 75
    event_store = contexts.EventStore.STREAMS
    staff_groups = {"Packing": ["view_noterow"]}
''',
    "domain.py": '''\
"""The rules of notes."""

from idl import common, notes


def evolve(count: int, event: notes.NoteWritten) -> int:
    """The number of notes on a subject."""
    return count + 1


def write(text: str) -> list[notes.NoteWritten]:
    """The events of writing a note. Raises InvalidInput for an empty one."""
    if not text:
        raise common.InvalidInput(message="A note needs a text.", field="text")
    return [notes.NoteWritten(text=text)]
''',
    "models.py": '''\
"""The table of notes."""

from django.db import models

from idl import notes


class NoteRow(models.Model):
    """The latest note on a subject."""

    subject = models.CharField(max_length=100, primary_key=True)
    text = models.TextField()

    class Meta:
        verbose_name = "note"

    def to_struct(self) -> notes.Note:
        """The note as the contract declares it."""
        return notes.Note(subject=self.subject, text=self.text)
''',
    "service.py": '''\
"""The contract of notes implemented."""

from apps.notes import domain, models
from idl import notes
from thriftshop import events

_notes = events.Decider("notes", 0, domain.evolve)


class Service(notes.NotesService):
    """Notes by subject."""

    def write_note(self, subject: str, text: str) -> None:
        """Writes a note on a subject."""
        _notes.decide(subject, lambda _: domain.write(text))

    def get_notes(self, subjects: list[str]) -> list[notes.Note]:
        """The notes on these subjects."""
        return [row.to_struct() for row in models.NoteRow.objects.filter(subject__in=subjects)]
''',
    "projections.py": '''\
"""Events of notes to their table."""

from collections.abc import Sequence

from apps.notes.models import NoteRow
from thriftshop import events


def apply(records: Sequence[events.Recorded]) -> None:
    """Stores the latest note of each subject."""
    for record in records:
        NoteRow.objects.update_or_create(subject=record.stream, defaults={"text": record.event.text})


PROJECTIONS = [events.Projection("notes.latest", "notes", apply, (NoteRow,))]
''',
    "admin.py": '''\
"""Notes in the admin."""

from django.contrib import admin

from apps.notes.models import NoteRow

admin.site.register(NoteRow)
''',
}

SETTINGS_LINE = f'    "{NAME}",\n'
