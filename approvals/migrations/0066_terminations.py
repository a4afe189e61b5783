"""终止办理：催告、报请、审定；误录作废。没有审定的不终止，没有登记的不作废。"""

from importlib import import_module

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

guard = import_module("approvals.migrations.0046_renewals").guard
AGAIN = import_module("approvals.migrations.0061_reviews_again").AGAIN
WAITING = ("received", "correcting", "accepted", "reviewing", "reviewed")
WITH_ENDS = [
    *AGAIN,
    *((state, "terminated") for state in WAITING),
    ("terminated", "delivered"),
    ("received", "voided"),
]
TERMINATION = [("asked", "sanctioned"), ("asked", "declined")]
GUARDS = """
CREATE FUNCTION approvals_true_termination() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM approvals_termination t
      JOIN agencies_holding h ON h.user_id = t.decided_by_id AND h.from_at <= t.decided_at
           AND (h.to_at IS NULL OR h.to_at > t.decided_at)
      JOIN agencies_post p ON p.id = h.post_id AND p.role IN ('deputy', 'director')
     WHERE t.case_id = NEW.id AND t.state = 'sanctioned' AND t.decided_by_id = NEW.decided_by_id
       AND t.decided_at = NEW.decided_at) THEN
    RAISE EXCEPTION 'case %: terminated without a leader''s sanction', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_true_termination BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state = 'terminated' AND OLD.state <> NEW.state) EXECUTE FUNCTION approvals_true_termination();

CREATE FUNCTION approvals_reminded_first() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_reminder r WHERE r.case_id = NEW.case_id AND r.due_at <= NEW.asked_at) THEN
    RAISE EXCEPTION 'case %: nobody reminded its applicant first', NEW.case_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_reminded_first BEFORE INSERT OR UPDATE OF ground ON approvals_termination FOR EACH ROW
  WHEN (NEW.ground = 'absent') EXECUTE FUNCTION approvals_reminded_first();

CREATE FUNCTION approvals_true_voiding() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.told_once OR NEW.accepted_at IS NOT NULL OR NEW.channel <> '1' OR NEW.joint_id IS NOT NULL
     OR NOT EXISTS (SELECT 1 FROM approvals_voiding WHERE case_id = NEW.id) THEN
    RAISE EXCEPTION 'case %: not a wrong entry to void', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_true_voiding BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state = 'voided' AND OLD.state <> NEW.state) EXECUTE FUNCTION approvals_true_voiding();
"""
NO_GUARDS = """
DROP FUNCTION approvals_true_voiding() CASCADE;
DROP FUNCTION approvals_reminded_first() CASCADE;
DROP FUNCTION approvals_true_termination() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
        ("approvals", "0065_agents_and_channels"),
        ("catalog", "0027_exception_filings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="decided_case_says_who_and_when",
        ),
        migrations.AlterField(
            model_name="case",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("granted", "准予"),
                    ("refused", "不予许可"),
                    ("not_accepted", "不予受理"),
                    ("withdrawn", "申请人撤回"),
                    ("lapsed", "久不补正"),
                    ("terminated", "终止办理"),
                    ("voided", "误录作废"),
                ],
                max_length=12,
                verbose_name="结果",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="state",
            field=models.CharField(
                choices=[
                    ("received", "已收件"),
                    ("correcting", "待补正"),
                    ("accepted", "已受理"),
                    ("reviewing", "审查中"),
                    ("reviewed", "待决定"),
                    ("granted", "准予"),
                    ("refused", "不予许可"),
                    ("not_accepted", "不予受理"),
                    ("withdrawn", "已撤回"),
                    ("lapsed", "逾期未补正终止"),
                    ("terminated", "终止办理"),
                    ("voided", "误录作废"),
                    ("delivered", "已送达"),
                    ("closed", "已办结"),
                ],
                default="received",
                max_length=50,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["granted", "refused", "not_accepted", "terminated", "delivered"]), _negated=True
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decided_case_says_who_and_when",
            ),
        ),
        migrations.RunSQL(guard(WITH_ENDS), guard(AGAIN)),
        Together(
            [
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("inspection", "现场核查"),
                                    ("signature", "当面签名、确认"),
                                    ("fee", "缴费"),
                                    ("other", "法律、法规规定的其他环节"),
                                ],
                                max_length=12,
                                verbose_name="要参加的环节",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="怎样参加")),
                        ("due_at", models.DateTimeField(help_text="不含。", verbose_name="最迟何时")),
                        ("sent_at", models.DateTimeField(verbose_name="何时催告")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminders",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁催告的",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "催告",
                        "verbose_name_plural": "催告",
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="reminder_says_how"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("sent_at"))), name="reminder_leaves_time"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Termination",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("died", "申请人死亡，没有人承受"),
                                    ("dissolved", "申请单位终止，没有人承受"),
                                    ("absent", "经书面催告，申请人仍不参加必经的环节"),
                                    ("transferred", "事项依法划转给别的机关"),
                                    ("no_object", "申请办理的对象不存在了"),
                                ],
                                max_length=12,
                                verbose_name="凭什么",
                            ),
                        ),
                        ("facts", models.TextField(verbose_name="查明的事实")),
                        ("basis", models.CharField(max_length=300, verbose_name="依据")),
                        ("elsewhere", models.CharField(blank=True, max_length=200, verbose_name="去哪里接着办")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "等领导审定"),
                                    ("sanctioned", "已审定终止"),
                                    ("declined", "不终止，接着办"),
                                ],
                                default="asked",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="报请时间")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
                        ("text", models.TextField(blank=True, verbose_name="审定意见")),
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
                                related_name="terminations",
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
                                verbose_name="审定人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "终止办理",
                        "verbose_name_plural": "终止办理",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["asked", "sanctioned"])),
                                fields=("case",),
                                name="case_is_terminated_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basis", ""), _negated=True), name="termination_names_its_basis"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ground", "transferred"), _negated=True),
                                    models.Q(("elsewhere", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="transferred_matter_names_its_new_home",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "asked"),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="another_answers_a_termination",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="Voiding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("item", "录错了事项"),
                                    ("applicant", "录错了申请人"),
                                    ("twice", "同一份申请录了两次"),
                                ],
                                max_length=10,
                                verbose_name="怎样录错的",
                            ),
                        ),
                        (
                            "text",
                            models.CharField(
                                help_text="写录错了什么；不写申请人的姓名、证件、电话。",
                                max_length=300,
                                verbose_name="情况",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="何时")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁作废的",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="voiding",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "replaced_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaces",
                                to="approvals.case",
                                verbose_name="改按哪一件办",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "误录作废",
                        "verbose_name_plural": "误录作废",
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["-at"], name="voiding_by_time")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="voiding_says_what_went_wrong"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("replaced_by", models.F("case")), _negated=True),
                                name="voided_case_is_replaced_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("why", "twice"), _negated=True),
                                    ("replaced_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="entered_twice_names_the_other",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(
            guard_sql("approvals_termination", "asked", TERMINATION), unguard_sql("approvals_termination")
        ),
        migrations.RunSQL(append_only_sql("approvals_voiding"), open_up_sql("approvals_voiding")),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
