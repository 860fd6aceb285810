"""The vocabulary of the products, to recognise mistyped words. Words are not removed when products change."""

from collections.abc import Iterable

from django.db import models

from apps.catalog.domain import words as rules


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
        candidates = WordForm.objects.filter(form__in=forms).values_list("word__text", flat=True).distinct()
        return rules.nearest(term, candidates)

    def beginning(self, term: str, limit: int = 8) -> list[str]:
        """Known words that start with a term."""
        return list(
            self.filter(text__gte=term, text__lt=term + "\U0010ffff")
            .order_by("text")
            .values_list("text", flat=True)[:limit]
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
