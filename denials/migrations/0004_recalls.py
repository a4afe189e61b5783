"""叫回重新研究：一条报备同时只有一次没有结论的，改正只有一次；写下的话不能改，有了结论不再动。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

RECALL = [
    ("answered", "set_aside"),
    ("answered", "upheld"),
    ("studying", "answered"),
    ("studying", "set_aside"),
    ("studying", "upheld"),
]
TRUE_RECALL = """
CREATE FUNCTION denials_true_recall() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'recall %: is kept', OLD.id USING ERRCODE = 'insufficient_privilege';
  ELSIF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT 1 FROM denials_registerentry e JOIN denials_reading r ON r.entry_id = e.id
                   WHERE e.id = NEW.entry_id AND e.case_id = NEW.case_id
                   AND r.post_id = NEW.post_id AND r.rung = NEW.rung) THEN
      RAISE EXCEPTION 'recall of entry %: not its case, or not one of its readers', NEW.entry_id
        USING ERRCODE = 'check_violation';
    END IF;
  ELSIF OLD.state IN ('upheld', 'set_aside')
     OR (OLD.entry_id, OLD.case_id, OLD.rung, OLD.post_id, OLD.called_by_id, OLD.reason, OLD.called_at,
         OLD.study_post_id, OLD.due_at)
        IS DISTINCT FROM
        (NEW.entry_id, NEW.case_id, NEW.rung, NEW.post_id, NEW.called_by_id, NEW.reason, NEW.called_at,
         NEW.study_post_id, NEW.due_at)
     OR OLD.opinion <> '' AND (OLD.opinion, OLD.opinion_text, OLD.opinion_by_id, OLD.opinion_at)
        IS DISTINCT FROM (NEW.opinion, NEW.opinion_text, NEW.opinion_by_id, NEW.opinion_at)
     OR OLD.late_at IS NOT NULL AND (OLD.late_at, OLD.late_user_id) IS DISTINCT FROM (NEW.late_at, NEW.late_user_id)
  THEN
    RAISE EXCEPTION 'recall %: what was said stays', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $guard$;
CREATE TRIGGER denials_true_recall BEFORE INSERT OR UPDATE OR DELETE ON denials_recall
  FOR EACH ROW EXECUTE FUNCTION denials_true_recall();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("approvals", "0023_covers"),
        ("denials", "0003_study_refers_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Recall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rung",
                            models.CharField(
                                choices=[
                                    ("clerk", "经办人"),
                                    ("chief", "科室负责人"),
                                    ("deputy", "分管副局长"),
                                    ("director", "局长"),
                                ],
                                max_length=8,
                                verbose_name="叫回的一级",
                            ),
                        ),
                        ("standing", models.CharField(max_length=80, verbose_name="以什么身份")),
                        ("reason", models.TextField(verbose_name="为什么叫回")),
                        ("called_at", models.DateTimeField(verbose_name="叫回时间")),
                        ("due_at", models.DateTimeField(verbose_name="答复期限")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("studying", "研究中"),
                                    ("answered", "已答复，待定"),
                                    ("upheld", "维持"),
                                    ("set_aside", "改正"),
                                ],
                                default="studying",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("late_at", models.DateTimeField(blank=True, null=True, verbose_name="记为逾期")),
                        (
                            "opinion",
                            models.CharField(
                                blank=True,
                                choices=[("uphold", "维持原决定"), ("correct", "应当改正")],
                                max_length=8,
                                verbose_name="研究意见",
                            ),
                        ),
                        ("opinion_text", models.TextField(blank=True, verbose_name="研究意见的理由")),
                        (
                            "opinion_standing",
                            models.CharField(blank=True, max_length=80, verbose_name="答复人以什么身份"),
                        ),
                        ("opinion_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                        ("decision_text", models.TextField(blank=True, verbose_name="决定的理由")),
                        ("basis_text", models.TextField(blank=True, verbose_name="改正的依据")),
                        (
                            "decided_standing",
                            models.CharField(blank=True, max_length=80, verbose_name="决定人以什么身份"),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                        ("elsewhere", models.TextField(blank=True, verbose_name="不能重新收件时去哪里")),
                        (
                            "called_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="叫回的人",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recalls",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="决定人",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recalls",
                                to="denials.registerentry",
                                verbose_name="报备",
                            ),
                        ),
                        (
                            "late_user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="逾期责任人",
                            ),
                        ),
                        (
                            "new_case",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redoes",
                                to="approvals.case",
                                verbose_name="重新办理的办件",
                            ),
                        ),
                        (
                            "opinion_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="答复人",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recalls",
                                to="agencies.post",
                                verbose_name="叫回的岗位",
                            ),
                        ),
                        (
                            "study_post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studies",
                                to="agencies.post",
                                verbose_name="由谁研究",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重新研究",
                        "verbose_name_plural": "重新研究",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "studying")), fields=["study_post"], name="recall_to_study"
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("studying", "answered"))),
                                fields=["post"],
                                name="recall_to_settle",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("studying", "answered"))),
                                fields=("entry",),
                                name="one_open_recall_per_entry",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "set_aside")),
                                fields=("entry",),
                                name="a_refusal_is_set_aside_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="recall_says_why"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(
                                        ("opinion_at__isnull", False),
                                        ("opinion_by__isnull", False),
                                        models.Q(("opinion", ""), ("opinion_text", ""), _connector="OR", _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_recall_says_who_when_and_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ("studying", "answered")),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decision_text", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="settled_recall_says_who_when_and_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "set_aside"), _negated=True),
                                    models.Q(
                                        models.Q(("basis_text", ""), _negated=True),
                                        models.Q(
                                            ("new_case__isnull", False),
                                            models.Q(("elsewhere", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_refusal_set_aside_goes_on_somewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "set_aside"),
                                    models.Q(("elsewhere", ""), ("new_case", None)),
                                    _connector="OR",
                                ),
                                name="only_a_correction_opens_a_case",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="RecallClock",
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
                            "recall",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="denials.recall",
                                verbose_name="重新研究",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重新研究的时钟",
                        "verbose_name_plural": "重新研究的时钟",
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("fired_at", None), ("paused_at", None)),
                                fields=["due_at"],
                                name="denials_recallclock_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("recall", "kind"),
                                name="one_running_clock_of_a_kind_per_recall",
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(guard_sql("denials_recall", "studying", RECALL), unguard_sql("denials_recall")),
        migrations.RunSQL(TRUE_RECALL, "DROP FUNCTION denials_true_recall() CASCADE;"),
    ]
