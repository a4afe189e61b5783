"""代办考核：状态只走声明过的步；取的数、写过的话不改，不能删。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql

PAIRS = [
    ("appealed", "overturned"),
    ("appealed", "upheld"),
    ("decided", "appealed"),
    ("proposed", "decided"),
    ("proposed", "returned"),
]
# 提出的几栏从头就定了，后来写的几栏写一次；新加的列自动在冻结之内。
KEPT = """
CREATE FUNCTION supervision_assessment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  once text[] := ARRAY['opinion', 'decided_at', 'decided_by_id', 'stop_id', 'appeal', 'appealed_at', 'appeal_answer',
    'appeal_answered_at', 'appeal_answered_by_id'];
  written text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '代办考核不能删' USING ERRCODE = 'check_violation';
  END IF;
  SELECT array_agg(key) INTO written FROM jsonb_each_text(to_jsonb(OLD)) WHERE coalesce(value, '') <> '';
  IF to_jsonb(NEW) - once - 'state' IS DISTINCT FROM to_jsonb(OLD) - once - 'state' OR EXISTS (
    SELECT 1 FROM unnest(once) AS one(name) WHERE name = ANY (written)
      AND to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name
  ) THEN
    RAISE EXCEPTION '代办考核写下了就不能改' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER supervision_assessment_kept BEFORE UPDATE OR DELETE ON supervision_assessment
  FOR EACH ROW EXECUTE FUNCTION supervision_assessment_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
        ("approvals", "0053_agent_stops"),
        ("supervision", "0004_conduct"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("appeal", models.TextField(blank=True, verbose_name="申诉")),
                ("appealed_at", models.DateTimeField(blank=True, null=True, verbose_name="申诉时间")),
                ("appeal_answer", models.TextField(blank=True, verbose_name="复核的意见")),
                ("appeal_answered_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("figures", models.JSONField(verbose_name="取自记录的数")),
                ("grounds", models.JSONField(verbose_name="照规则怎样算的")),
                (
                    "suggested",
                    models.CharField(
                        choices=[
                            ("excellent", "优秀"),
                            ("qualified", "合格"),
                            ("basic", "基本合格"),
                            ("unqualified", "不合格"),
                            ("none", "不定等次"),
                        ],
                        max_length=12,
                        verbose_name="照规则的等次",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("excellent", "优秀"),
                            ("qualified", "合格"),
                            ("basic", "基本合格"),
                            ("unqualified", "不合格"),
                            ("none", "不定等次"),
                        ],
                        max_length=12,
                        verbose_name="提出的等次",
                    ),
                ),
                ("reasons", models.TextField(verbose_name="理由")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("nothing", "不奖不惩"),
                            ("commended", "通报表扬"),
                            ("rewarded", "奖励"),
                            ("reminded", "提醒谈话"),
                            ("suspended", "暂停代办"),
                            ("cancelled", "取消代办资格"),
                        ],
                        max_length=10,
                        verbose_name="奖惩",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=150, verbose_name="奖惩的依据")),
                ("until", models.DateField(blank=True, null=True, verbose_name="暂停到哪天（含）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "等审定"),
                            ("returned", "退回"),
                            ("decided", "已审定"),
                            ("appealed", "本人有异议"),
                            ("upheld", "复核后维持"),
                            ("overturned", "复核后撤销"),
                        ],
                        default="proposed",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("opinion", models.TextField(blank=True, verbose_name="审定的意见")),
                (
                    "appeal_answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核的人",
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
                        verbose_name="处理的人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代办员",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "stop",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessment",
                        to="approvals.agentstop",
                        verbose_name="停止代办",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="手上的由谁接",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="agencies.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "代办考核",
                "verbose_name_plural": "代办考核",
                "default_permissions": (),
                "indexes": [models.Index(fields=["unit", "-year"], name="assessment_of_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("returned", "overturned")), _negated=True),
                        fields=("person", "year"),
                        name="one_assessment_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("grade", "excellent"), ("outcome__in", ("nothing", "commended", "rewarded"))),
                            models.Q(("grade", "qualified"), ("outcome__in", ("nothing",))),
                            models.Q(("grade", "basic"), ("outcome__in", ("nothing", "reminded"))),
                            models.Q(("grade", "unqualified"), ("outcome__in", ("reminded", "suspended", "cancelled"))),
                            models.Q(("grade", "none"), ("outcome__in", ("nothing",))),
                            _connector="OR",
                        ),
                        name="assessment_rewards_and_sanctions_as_the_grade_allows",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reasons", ""), _negated=True), name="assessment_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "nothing"), models.Q(("basis", ""), _negated=True), _connector="OR"
                        ),
                        name="assessment_outcome_has_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "suspended"), ("until__isnull", False)),
                            models.Q(models.Q(("outcome", "suspended"), _negated=True), ("until", None)),
                            _connector="OR",
                        ),
                        name="only_a_suspension_has_a_last_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor", None),
                            models.Q(
                                ("outcome__in", ("suspended", "cancelled")),
                                models.Q(("successor", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_stopped_agent_has_a_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("person")), _negated=True),
                        name="nobody_proposes_his_own_assessment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(
                                models.Q(("decided_by", models.F("person")), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_is_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_answered_by", None),
                            models.Q(
                                models.Q(("appeal_answered_by", models.F("person")), _negated=True),
                                models.Q(("appeal_answered_by", models.F("proposed_by")), _negated=True),
                                models.Q(("appeal_answered_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_objection_is_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_assessment_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["proposed", "returned"]), ("stop", None)),
                            models.Q(
                                models.Q(("state__in", ["proposed", "returned"]), _negated=True),
                                ("outcome__in", ("suspended", "cancelled")),
                                ("stop__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state__in", ["proposed", "returned"]), _negated=True),
                                models.Q(("outcome__in", ("suspended", "cancelled")), _negated=True),
                                ("stop", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_stopping_assessment_stops_the_agent",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunSQL(
            guard_sql("supervision_assessment", "proposed", PAIRS), unguard_sql("supervision_assessment")
        ),
        migrations.RunSQL(KEPT, "DROP FUNCTION supervision_assessment_kept() CASCADE;"),
    ]
