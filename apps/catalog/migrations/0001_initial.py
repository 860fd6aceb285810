"""The tables of the catalog."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Trait',
            fields=[
                ('code', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.CharField(max_length=36, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=120, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('description', models.CharField(blank=True, default='', max_length=1000)),
                ('path', models.CharField(db_index=True, help_text='The ids from the root to this one, separated by slashes.', max_length=400)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.category')),
            ],
            options={
                'verbose_name_plural': 'categories',
            },
        ),
        migrations.CreateModel(
            name='Members',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('code', models.CharField(max_length=50)),
                ('value', models.CharField(max_length=200)),
                ('block', models.IntegerField()),
                ('size', models.IntegerField()),
                ('bits', models.BinaryField()),
            ],
            options={
                'verbose_name_plural': 'members',
                'indexes': [models.Index(fields=['kind', 'code', 'value', 'size'], name='catalog_members_size')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'code', 'value', 'block'), name='catalog_members_once')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('sku', models.CharField(max_length=64, unique=True, verbose_name='SKU')),
                ('slug', models.CharField(max_length=120, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('sort_name', models.CharField(help_text='The name without case and accents, as it is sorted.', max_length=200)),
                ('description', models.TextField(blank=True, default='')),
                ('status', models.SmallIntegerField(choices=[(1, 'Draft'), (2, 'Published'), (3, 'Archived')])),
                ('attributes', models.JSONField(default=list, help_text='The traits: lists of code, name and value.')),
                ('version', models.BigIntegerField(help_text='Counts its changes: the version of its last event.')),
                ('created_at', models.BigIntegerField()),
                ('updated_at', models.BigIntegerField()),
                ('published_at', models.BigIntegerField(default=0)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalog.category')),
            ],
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.BigIntegerField()),
                ('valid_from', models.BigIntegerField()),
                ('valid_until', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('actor', models.CharField(blank=True, default='', max_length=64)),
                ('awaited', models.BooleanField(default=False, help_text='Whether it is scheduled and not yet included in the sliced prices (catalog_members).')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.product')),
            ],
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.CharField(max_length=36, primary_key=True, serialize=False)),
                ('position', models.IntegerField(help_text="The order of the product's pictures; the lowest is the main one.")),
                ('file', models.CharField(help_text="The picture's name in the media storage.", max_length=200)),
                ('thumbnail', models.CharField(help_text="The thumbnail's name in the media storage.", max_length=200)),
                ('digest', models.CharField(help_text="SHA-256 of the picture's bytes.", max_length=64)),
                ('alt', models.CharField(max_length=300)),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='catalog.product')),
            ],
            options={
                'ordering': ['product', 'position'],
            },
        ),
        migrations.CreateModel(
            name='WordForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(db_index=True, max_length=40)),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='catalog.word')),
            ],
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['sort_name', 'id'], name='catalog_product_by_name'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['published_at', 'id'], name='catalog_product_by_age'),
        ),
        migrations.AddIndex(
            model_name='price',
            index=models.Index(condition=models.Q(('awaited', True)), fields=['currency', 'valid_from'], name='catalog_price_awaited'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(fields=('product', 'currency', 'valid_from'), name='catalog_price_once'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.UniqueConstraint(fields=('product', 'digest'), name='catalog_image_once'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.UniqueConstraint(fields=('product', 'position'), name='catalog_image_position'),
        ),
    ]
