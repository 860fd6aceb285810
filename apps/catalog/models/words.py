"""The vocabulary of the products, to recognise mistyped words. Words are not removed when products change."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from apps.catalog.domain import words as rules
from thriftshop.database import prepared

MAX_BEGINNING = 8


class WordQuerySet(models.QuerySet["Word"]):
    """The vocabulary."""

    def learn(self, words: Iterable[str]) -> None:
        """Add new words with their forms."""
        indexable = {word for word in words if rules.forms(word) and len(word) <= rules.MAX_TERM_LENGTH}
        known = set(self.filter(text__in=indexable).values_list("text", flat=True))
        added = self.bulk_create([Word(text=word) for word in sorted(indexable - known)])
        WordForm.objects.bulk_create(
            [WordForm(form=form, word=word) for word in added for form in sorted(rules.forms(word.text))]
        )

    def near(self, term: str) -> list[str]:
        """The known words that a term may stand for, nearest first."""
        forms = rules.forms(term)
        if not forms:
            return []
        return rules.nearest(term, _with_forms(forms=sorted(forms)))

    def beginning(self, term: str) -> list[str]:
        """The first known words that start with a term."""
        return _between(first=term, last=term + "\U0010ffff")


class Word(models.Model):
    """A word, folded."""

    text = models.CharField(max_length=40, unique=True)

    objects = WordQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class WordForm(models.Model):
    """A word with letters left out (apps/catalog/domain/words.py)."""

    form = models.CharField(max_length=40, db_index=True)
    word = models.ForeignKey(Word, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.form


@prepared.query
def _with_forms(*, forms: Sequence[str]) -> Any:
    return WordForm.objects.filter(form__in=forms).values_list("word__text", flat=True).distinct()


@prepared.query
def _between(*, first: str, last: str) -> Any:
    return (
        Word.objects.filter(text__gte=first, text__lt=last)
        .order_by("text")
        .values_list("text", flat=True)[:MAX_BEGINNING]
    )
