# Renames fields, not columns: processes of the previous version run with this schema.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_closings'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='letter',
            options={'verbose_name': 'e-mail'},
        ),
        migrations.AlterField(
            model_name='linkrequest',
            name='asked_at',
            field=models.BigIntegerField(db_column='asked_at', db_index=True),
        ),
        migrations.RenameField(
            model_name='linkrequest',
            old_name='asked_at',
            new_name='requested_at',
        ),
        migrations.AlterField(
            model_name='order',
            name='unowed',
            field=models.BigIntegerField(db_column='unowed', default=0),
        ),
        migrations.RenameField(
            model_name='order',
            old_name='unowed',
            new_name='cancelled_amount',
        ),
        migrations.AlterField(
            model_name='order',
            name='promised',
            field=models.BooleanField(db_column='promised', default=False),
        ),
        migrations.RenameField(
            model_name='order',
            old_name='promised',
            new_name='is_authorised',
        ),
        migrations.AlterField(
            model_name='order',
            name='due',
            field=models.BigIntegerField(db_column='due', default=0),
        ),
        migrations.RenameField(
            model_name='order',
            old_name='due',
            new_name='to_capture',
        ),
        migrations.AlterField(
            model_name='cardentry',
            name='asked',
            field=models.IntegerField(db_column='asked', default=1, help_text='How often this key was used.'),
        ),
        migrations.RenameField(
            model_name='cardentry',
            old_name='asked',
            new_name='calls',
        ),
        migrations.AlterField(
            model_name='linkrequest',
            name='client',
            field=models.CharField(blank=True, db_index=True, help_text="The digest of the client's network.", max_length=64),
        ),
        migrations.AlterField(
            model_name='order',
            name='failures',
            field=models.TextField(default='[]', help_text='Its failed steps, as JSON.'),
        ),
        migrations.AlterField(
            model_name='order',
            name='recorded_at',
            field=models.BigIntegerField(help_text='When the order was recorded; imported orders were placed earlier.'),
        ),
    ]
