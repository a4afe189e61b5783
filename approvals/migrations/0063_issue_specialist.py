"""协调的事记下当时的专员：换了专员，误了的还在误的人名下；以前的，照现在的专员补。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    issues, projects = apps.get_model("approvals", "ProjectIssue"), apps.get_model("approvals", "Project")
    now = projects.objects.filter(pk=OuterRef("project")).values("specialist")
    issues.objects.update(specialist=Subquery(now))


def column(**more):
    return models.ForeignKey(
        verbose_name="当时的专员", on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=settings.AUTH_USER_MODEL, **more,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("approvals", "0062_settled_concealment")]
    operations = [
        migrations.AddField("projectissue", "specialist", column(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("projectissue", "specialist", column()),
    ]
