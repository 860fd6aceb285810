"""Prices as they were set: every price so far is a regular one, from its moment on."""

import django.db.models.deletion
from django.db import migrations, models

COPY = """
    INSERT INTO catalog_priceentry (product_id, currency, amount, valid_from, is_temporary, ends_at, reason, actor)
    SELECT product_id, currency, amount, valid_from, %s, NULL, reason, actor FROM catalog_price
"""


def copy(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COPY, [False])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_uploads")]

    operations = [
        migrations.AddField(
            model_name='price',
            name='ends_at',
            field=models.BigIntegerField(blank=True, help_text='The end of a temporary price.', null=True),
        ),
        migrations.AddField(
            model_name='price',
            name='regular',
            field=models.BigIntegerField(blank=True, help_text='The regular price that a temporary one replaces.', null=True),
        ),
        migrations.CreateModel(
            name='PriceEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.BigIntegerField()),
                ('valid_from', models.BigIntegerField()),
                ('is_temporary', models.BooleanField()),
                ('ends_at', models.BigIntegerField(blank=True, help_text='When a temporary price ends.', null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('actor', models.CharField(blank=True, default='', max_length=64)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_entries', to='catalog.product')),
            ],
            options={
                'verbose_name_plural': 'price entries',
                'constraints': [models.UniqueConstraint(fields=('product', 'currency', 'valid_from', 'is_temporary'), name='catalog_price_entry_once')],
            },
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
