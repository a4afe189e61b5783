"""委托代办；数据库守卫：只走声明过的步，委托过谁、哪几样、到哪天，写下了不能改。"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import office.vault
from office.stateful import guard_sql, unguard_sql

MANDATE = [
    ("asked", "declined"),
    ("asked", "expired"),
    ("asked", "resigned"),
    ("asked", "running"),
    ("running", "expired"),
    ("running", "resigned"),
    ("running", "revoked"),
]
KEPT = """
CREATE FUNCTION approvals_mandate_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '委托写下了就不能改、不能删：要变，收回了另写一份' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_mandate_pinned BEFORE UPDATE ON approvals_mandate FOR EACH ROW
  WHEN ((OLD.case_id, OLD.kind, OLD.user_id, OLD.name, OLD.id_index, OLD.scope, OLD.from_at, OLD.to_at)
        IS DISTINCT FROM (NEW.case_id, NEW.kind, NEW.user_id, NEW.name, NEW.id_index, NEW.scope, NEW.from_at, NEW.to_at)
        OR OLD.ended_at IS NOT NULL)
  EXECUTE FUNCTION approvals_mandate_kept();
CREATE TRIGGER approvals_mandate_kept BEFORE DELETE ON approvals_mandate FOR EACH ROW
  EXECUTE FUNCTION approvals_mandate_kept();
"""
NOT_KEPT = "DROP FUNCTION approvals_mandate_kept() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0016_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("staff", "代办员"), ("person", "委托代理人")], max_length=6, verbose_name="谁来代办"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="受委托人")),
                ("id_number", office.vault.EncryptedTextField(blank=True, verbose_name="证件号码")),
                ("id_index", models.CharField(blank=True, editable=False, max_length=64, verbose_name="证件盲索引")),
                ("phone", office.vault.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("relation", models.CharField(blank=True, max_length=40, verbose_name="与申请人的关系")),
                ("code", office.vault.EncryptedTextField(blank=True, verbose_name="代办查询码")),
                (
                    "code_index",
                    models.CharField(
                        blank=True, db_index=True, editable=False, max_length=64, verbose_name="代办查询码盲索引"
                    ),
                ),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("supplement", "补交材料"),
                                ("contact", "留言、询问"),
                                ("hearing", "要求听证"),
                                ("withdraw", "撤回申请"),
                                ("collect", "领取结果"),
                            ],
                            max_length=12,
                            verbose_name="权限",
                        ),
                        size=None,
                        verbose_name="委托权限",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="起")),
                ("to_at", models.DateTimeField(verbose_name="止(不含)")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等申请人同意"),
                            ("running", "已生效"),
                            ("declined", "申请人没有同意"),
                            ("revoked", "申请人已收回"),
                            ("resigned", "代办人已辞去"),
                            ("expired", "已到期"),
                        ],
                        default="asked",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                (
                    "consent",
                    models.CharField(
                        blank=True,
                        choices=[("online", "申请人在网上同意"), ("signed", "签了授权委托书")],
                        max_length=6,
                        verbose_name="怎样同意的",
                    ),
                ),
                ("consented_at", models.DateTimeField(blank=True, null=True, verbose_name="同意于")),
                ("made_at", models.DateTimeField(verbose_name="登记于")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止于")),
                ("ended_why", models.CharField(blank=True, max_length=200, verbose_name="终止的说明")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "id_checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对证件的人",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代办员",
                    ),
                ),
            ],
            options={
                "verbose_name": "委托代办",
                "verbose_name_plural": "委托代办",
                "default_permissions": (),
                "indexes": [models.Index(fields=["user", "-made_at"], name="mandate_of_agent")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "running"))),
                        fields=("case",),
                        name="one_open_mandate_per_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "staff"), ("user__isnull", False)),
                            models.Q(
                                ("kind", "person"),
                                ("user", None),
                                models.Q(("id_index", ""), _negated=True),
                                models.Q(("relation", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="mandate_names_a_staff_agent_or_an_identified_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("from_at"))), name="mandate_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__len__gt", 0)), name="mandate_says_what_may_be_done"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "declined"]),
                            ("state", "expired"),
                            models.Q(("consented_at__isnull", False), models.Q(("consent", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="running_mandate_says_how_the_applicant_consented",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consent", "signed"), ("kind", "person"), _negated=True),
                            ("id_checked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="signed_mandate_says_who_checked_the_identity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ("asked", "running"))),
                            models.Q(
                                models.Q(("state__in", ("asked", "running")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="ended_mandate_says_when",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunSQL(guard_sql("approvals_mandate", "asked", MANDATE), unguard_sql("approvals_mandate")),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
