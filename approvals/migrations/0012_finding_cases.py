"""查找办件：电话盲索引、检索词、保存的查询。"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.vault import blind_index


def phone_indexes(apps, schema_editor):
    """早先登记的申请人，也按电话查得到。"""
    applicants = apps.get_model("approvals", "Applicant").objects.all()
    for applicant in applicants.only("pk", "phone").iterator(chunk_size=1000):
        if applicant.phone:
            applicants.filter(pk=applicant.pk).update(phone_index=blind_index(applicant.phone, purpose="phone"))


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("approvals", "0011_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="applicant",
                    name="phone_index",
                    field=models.CharField(
                        blank=True, db_index=True, default="", editable=False, max_length=64, verbose_name="电话盲索引"
                    ),
                ),
                migrations.CreateModel(
                    name="CaseText",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="text",
                                serialize=False,
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "grams",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), default=list, size=None, verbose_name="检索词"
                            ),
                        ),
                        ("entry", models.BigIntegerField(db_index=True, verbose_name="看到哪一行日志")),
                    ],
                    options={
                        "verbose_name": "办件检索词",
                        "verbose_name_plural": "办件检索词",
                        "default_permissions": (),
                        "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="case_text_grams")],
                    },
                ),
                migrations.CreateModel(
                    name="CaseView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                        ("query", models.CharField(blank=True, max_length=2000, verbose_name="条件")),
                        ("created_at", models.DateTimeField(verbose_name="存于")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="case_views",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁的",
                            ),
                        ),
                        (
                            "shared_with",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="agencies.unit",
                                verbose_name="给哪个单位用",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "保存的查询",
                        "verbose_name_plural": "保存的查询",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "name"), name="one_case_view_per_name")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunPython(phone_indexes, migrations.RunPython.noop),
    ]
