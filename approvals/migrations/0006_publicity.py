"""公示与异议。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import approvals.models.publication
import office.vault
from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_extensions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=approvals.models.publication.new_code,
                                editable=False,
                                max_length=10,
                                unique=True,
                                verbose_name="代号",
                            ),
                        ),
                        ("applicant_name", models.CharField(max_length=120, verbose_name="申请人")),
                        ("members", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="家庭成员数")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="拟保障金额(元/月)"
                            ),
                        ),
                        ("matter", models.CharField(blank=True, max_length=200, verbose_name="拟公示的结果")),
                        ("place", models.CharField(blank=True, max_length=100, verbose_name="还张贴在哪里")),
                        ("from_at", models.DateTimeField(verbose_name="公示开始")),
                        ("to_at", models.DateTimeField(verbose_name="公示期满")),
                        (
                            "procedure",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publication",
                                to="approvals.procedure",
                                verbose_name="特别程序",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "公示",
                        "verbose_name_plural": "公示",
                        "indexes": [
                            models.Index(fields=["to_at"], name="publication_over"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount__gte", 0),
                                        ("amount__isnull", False),
                                        ("matter", ""),
                                        ("members__gt", 0),
                                        ("members__isnull", False),
                                    ),
                                    models.Q(
                                        ("amount__isnull", True),
                                        ("members__isnull", True),
                                        models.Q(("matter", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="publication_shows_only_what_the_law_allows",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("to_at__gt", models.F("from_at"))), name="publication_lasts"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                        ("phone", office.vault.EncryptedTextField(blank=True, verbose_name="联系电话")),
                        ("text", models.TextField(verbose_name="异议")),
                        ("made_at", models.DateTimeField(verbose_name="提出时间")),
                        ("answer", models.TextField(blank=True, verbose_name="答复")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="答复人",
                            ),
                        ),
                        (
                            "publication",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="approvals.publication",
                                verbose_name="公示",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "对公示的异议",
                        "verbose_name_plural": "对公示的异议",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="objection_says_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_objection_says_who_when_and_what",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
