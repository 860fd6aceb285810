"""Files kept between looking at an import and applying it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('created_at', models.BigIntegerField()),
                ('by', models.CharField(help_text='The member of staff who uploaded it.', max_length=64)),
            ],
        ),
    ]
