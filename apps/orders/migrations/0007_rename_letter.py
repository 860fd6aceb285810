# Renames the model, not its table: processes of the previous version run with this schema.

from django.conf import settings
from django.db import migrations


def grant_permission(apps, schema_editor):
    """Grant `view_email` to everyone who has `view_letter`, which processes of the previous version still check."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for old in permissions.filter(content_type__app_label="orders", codename="view_letter"):
        values = {"codename": "view_email", "content_type_id": old.content_type_id}
        permission, _ = permissions.get_or_create(**values, defaults={"name": "Can view e-mail"})
        permission.group_set.add(*old.group_set.all())
        permission.user_set.add(*old.user_set.all())


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('orders', '0006_rename_fields'),
    ]

    operations = [
        migrations.AlterModelTable(
            name='letter',
            table='orders_letter',
        ),
        migrations.RenameModel(
            old_name='Letter',
            new_name='Email',
        ),
        migrations.RunPython(grant_permission, migrations.RunPython.noop),
    ]
