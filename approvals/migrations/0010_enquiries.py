"""询问与它的时钟；数据库守卫：只走声明过的步，问过的、答过的不能改、不能删。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

ENQUIRY = [("open", "answered"), ("open", "promised"), ("promised", "answered")]
KEPT = """
CREATE FUNCTION approvals_enquiry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '问过的、答过的都留着，不能改、不能删' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_enquiry_pinned BEFORE UPDATE ON approvals_enquiry FOR EACH ROW
  WHEN (OLD.answered_at IS NOT NULL OR (OLD.case_id, OLD.unit_id, OLD.kind, OLD.text, OLD.asked_at)
        IS DISTINCT FROM (NEW.case_id, NEW.unit_id, NEW.kind, NEW.text, NEW.asked_at))
  EXECUTE FUNCTION approvals_enquiry_kept();
CREATE TRIGGER approvals_enquiry_kept BEFORE DELETE ON approvals_enquiry FOR EACH ROW
  EXECUTE FUNCTION approvals_enquiry_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("approvals", "0009_contacts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Enquiry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rung",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "经办人"), (2, "科室负责人"), (3, "分管副局长")],
                                default=1,
                                verbose_name="到了哪一级",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("acceptance", "受理了没有"),
                                    ("progress", "办到哪一步了"),
                                    ("reasons", "为什么没有批准"),
                                    ("other", "其他"),
                                ],
                                max_length=10,
                                verbose_name="问什么",
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=1000, verbose_name="具体的问题")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "待答复"), ("promised", "已约定答复时间"), ("answered", "已答复")],
                                default="open",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="询问时间")),
                        ("promised_at", models.DateTimeField(blank=True, null=True, verbose_name="约定的答复时间")),
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
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经谁提交",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enquiries",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss_in_hand",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="现由谁办",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enquiries",
                                to="agencies.unit",
                                verbose_name="答复单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "询问",
                        "verbose_name_plural": "询问",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("open", "promised"))),
                                fields=["owner", "asked_at"],
                                name="enquiry_in_hand",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "promised"), _negated=True),
                                    ("promised_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="promised_enquiry_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_enquiry_says_who_when_and_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "other"), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="other_enquiry_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rung__in", [1, 2, 3])), name="enquiry_stands_on_a_known_rung"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("open", "promised"))),
                                fields=("case", "kind"),
                                name="one_open_enquiry_of_a_kind_per_case",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="EnquiryClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=80, verbose_name="种类")),
                        ("value", models.PositiveIntegerField(verbose_name="数值")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("wd", "个工作日"), ("d", "日"), ("h", "小时"), ("at", "定时")],
                                max_length=2,
                                verbose_name="单位",
                            ),
                        ),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                        ("started_at", models.DateTimeField(verbose_name="起算")),
                        ("due_at", models.DateTimeField(verbose_name="到期")),
                        ("provisional", models.BooleanField(default=False, verbose_name="暂估")),
                        ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="暂停于")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停于")),
                        ("late", models.BooleanField(default=False, verbose_name="逾期")),
                        ("fired_at", models.DateTimeField(blank=True, null=True, verbose_name="到期处理于")),
                        ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="处理失败次数")),
                        ("parked_until", models.DateTimeField(blank=True, null=True, verbose_name="搁置到")),
                        ("last_error", models.TextField(blank=True, verbose_name="最近的错误")),
                        (
                            "enquiry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="approvals.enquiry",
                                verbose_name="询问",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "询问时钟",
                        "verbose_name_plural": "询问时钟",
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                                fields=["due_at"],
                                name="approvals_enquiryclock_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("enquiry", "kind"),
                                name="one_running_clock_of_a_kind_per_enquiry",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(guard_sql("approvals_enquiry", "open", ENQUIRY), unguard_sql("approvals_enquiry")),
        migrations.RunSQL(KEPT, "DROP FUNCTION approvals_enquiry_kept() CASCADE;"),
    ]
