"""The full-text index on PostgreSQL (apps/catalog/models/search/tsvector.py); 0002 makes SQLite's."""

from django.db import migrations

# Porter's algorithm without stop words, as FTS5 on SQLite: a word is found on both or on neither.
TOKENS = (
    "asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart,"
    " email, protocol, url, host, url_path, file, sfloat, float, int, uint, version, tag, entity"
)
CREATE = f"""
CREATE TEXT SEARCH DICTIONARY catalog_stem (TEMPLATE = snowball, Language = porter);
CREATE TEXT SEARCH CONFIGURATION catalog_words (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION catalog_words ADD MAPPING FOR {TOKENS} WITH catalog_stem;
CREATE TABLE catalog_search (product_id bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX catalog_search_words ON catalog_search USING gin (words);
"""
DROP = """
DROP TABLE catalog_search;
DROP TEXT SEARCH CONFIGURATION catalog_words;
DROP TEXT SEARCH DICTIONARY catalog_stem;
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_stored_files")]
    operations = [migrations.RunPython(create, drop)]
