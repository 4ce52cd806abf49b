from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sourcestate",
            name="last_asked_at",
            field=models.DateTimeField(
                help_text="Whatever came of it, also where this computer was cut off.", null=True
            ),
        ),
    ]
