"""延期：名词与守卫。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0004_procedures"),
        ("office", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.PositiveSmallIntegerField(verbose_name="延长多久")),
                ("most", models.PositiveSmallIntegerField(verbose_name="至多可延")),
                (
                    "unit",
                    models.CharField(
                        choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时")], max_length=2, verbose_name="单位"
                    ),
                ),
                ("basis", models.CharField(max_length=300, verbose_name="依据")),
                (
                    "approver",
                    models.CharField(
                        choices=[
                            ("director", "本机关负责人"),
                            ("government", "本级人民政府负责人"),
                            ("superior", "上级机关"),
                        ],
                        max_length=12,
                        verbose_name="由谁批准",
                    ),
                ),
                ("reason", models.TextField(verbose_name="理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等待批准"),
                            ("sanctioned", "已批准"),
                            ("declined", "不同意"),
                            ("lapsed", "到期未批，失效"),
                        ],
                        default="asked",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="报请时间")),
                ("due_before", models.DateTimeField(verbose_name="原期限")),
                ("due_after", models.DateTimeField(blank=True, null=True, verbose_name="延长后的期限")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("standing", models.CharField(blank=True, max_length=120, verbose_name="以什么身份")),
                ("text", models.TextField(blank=True, verbose_name="批准意见")),
                ("document", models.CharField(blank=True, max_length=100, verbose_name="批准文件")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报请人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.paper",
                        verbose_name="延期通知书",
                    ),
                ),
            ],
            options={
                "verbose_name": "延期",
                "verbose_name_plural": "延期",
                "indexes": [
                    models.Index(condition=models.Q(("state", "asked")), fields=["due_before"], name="extension_asked")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "sanctioned"])),
                        fields=("case",),
                        name="case_is_extended_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gt", 0), ("value__lte", models.F("most"))),
                        name="extension_stays_within_the_law",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_at__lt", models.F("due_before"))),
                        name="extension_is_asked_before_expiry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="extension_gives_its_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sanctioned"), _negated=True),
                            models.Q(
                                ("decided_at__lt", models.F("due_before")),
                                ("decided_by__isnull", False),
                                ("due_after__gt", models.F("due_before")),
                            ),
                            _connector="OR",
                        ),
                        name="extension_is_sanctioned_before_expiry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["sanctioned", "declined"]), _negated=True),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="answered_extension_says_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sanctioned"), _negated=True),
                            ("approver", "director"),
                            models.Q(("document", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_sanctioned_elsewhere_names_the_document",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunSQL(
            guard_sql(
                "approvals_extension", "asked", [("asked", "declined"), ("asked", "lapsed"), ("asked", "sanctioned")]
            ),
            unguard_sql("approvals_extension"),
        ),
    ]
