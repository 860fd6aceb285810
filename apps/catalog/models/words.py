"""The words that stand in products, so that a mistyped one is recognised. Words stay when their products change."""

from collections.abc import Iterable

from django.db import models

from apps.catalog.domain import words as rules


class WordQuerySet(models.QuerySet["Word"]):
    """The vocabulary."""

    def learn(self, found: Iterable[str]) -> None:
        """Adds the words that are not known yet, with their forms."""
        wanted = {word for word in found if rules.forms(word) and len(word) <= rules.MAX_TERM_LENGTH}
        known = set(self.filter(text__in=wanted).values_list("text", flat=True))
        fresh = self.bulk_create([Word(text=word) for word in sorted(wanted - known)])
        WordForm.objects.bulk_create(
            [WordForm(form=form, word=word) for word in fresh for form in sorted(rules.forms(word.text))]
        )

    def near(self, term: str) -> list[str]:
        """The known words that a term may have meant, the nearest first."""
        forms = rules.forms(term)
        if not forms:
            return []
        found = WordForm.objects.filter(form__in=forms).values_list("word__text", flat=True).distinct()
        return rules.nearest(term, found)

    def beginning(self, term: str, most: int = 8) -> list[str]:
        """Known words that begin with a term."""
        return list(
            self.filter(text__gte=term, text__lt=term + "\U0010ffff")
            .order_by("text")
            .values_list("text", flat=True)[:most]
        )


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
