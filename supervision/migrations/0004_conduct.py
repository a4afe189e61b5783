"""纪律与追责的记录：状态只走声明过的步；登记的事实、说过的话不改，不能删。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql

PAIRS = [
    ("appealed", "overturned"),
    ("appealed", "upheld"),
    ("decided", "appealed"),
    ("raised", "decided"),
    ("raised", "dismissed"),
]
# 写过的不再改：登记的几栏从头就定了，后来写的几栏写一次；新加的列自动在冻结之内。
KEPT = """
CREATE FUNCTION supervision_conductrecord_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  once text[] := ARRAY['statement', 'stated_at', 'outcome', 'reasons', 'decided_at', 'decided_by_id', 'appeal',
    'appealed_at', 'appeal_answer', 'appeal_answered_at', 'appeal_answered_by_id'];
  written text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '纪律与追责的记录不能删' USING ERRCODE = 'check_violation';
  END IF;
  SELECT array_agg(key) INTO written FROM jsonb_each_text(to_jsonb(OLD)) WHERE coalesce(value, '') <> '';
  IF to_jsonb(NEW) - once - 'state' IS DISTINCT FROM to_jsonb(OLD) - once - 'state' OR EXISTS (
    SELECT 1 FROM unnest(once) AS one(name) WHERE name = ANY (written)
      AND to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name
  ) THEN
    RAISE EXCEPTION '纪律与追责的记录写下了就不能改' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER supervision_conductrecord_kept BEFORE UPDATE OR DELETE ON supervision_conductrecord
  FOR EACH ROW EXECUTE FUNCTION supervision_conductrecord_kept();
"""
DROP = "DROP FUNCTION supervision_conductrecord_kept() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("supervision", "0003_paces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConductRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("discipline", "服务纪律"), ("accountability", "责任追究")],
                        max_length=16,
                        verbose_name="哪一种",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("attitude", "态度生硬、使用服务忌语"),
                            ("absence", "擅自离岗、空岗"),
                            ("clocking", "迟到早退、上班时间做无关的事"),
                            ("appearance", "不挂牌、不着装上岗"),
                            ("pushing", "推诿、不履行首问责任"),
                            ("helping", "不遵守代办帮办工作纪律"),
                            ("not_told", "不一次告知必须补正的全部内容"),
                            ("not_taken", "符合法定条件的不予受理"),
                            ("no_reasons", "不受理、不许可不说明理由"),
                            ("extra", "违法增加条件、材料、环节"),
                            ("late", "不在法定、承诺的期限内办理"),
                            ("avoiding", "明进暗不进、体外循环、不执行网上办理"),
                            ("gifts", "索取、收受财物或者谋取其他利益"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="违反哪一条",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="哪天的事")),
                ("facts", models.TextField(verbose_name="事实")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("complaint", "投诉举报"),
                            ("flag", "超期亮牌、电子监察"),
                            ("rating", "差评"),
                            ("inspection", "明察暗访"),
                            ("audit", "内部监督检查"),
                        ],
                        max_length=12,
                        verbose_name="怎样发现的",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="办件编号、投诉编号、检查记录的文号。",
                        max_length=100,
                        verbose_name="来处",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("raised", "听取本人陈述"),
                            ("decided", "已处理"),
                            ("dismissed", "不成立"),
                            ("appealed", "本人申诉"),
                            ("upheld", "申诉后维持"),
                            ("overturned", "申诉后撤销"),
                        ],
                        default="raised",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="登记时间")),
                ("statement", models.TextField(blank=True, verbose_name="本人陈述")),
                ("stated_at", models.DateTimeField(blank=True, null=True, verbose_name="陈述时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("talk", "批评教育、谈话提醒"),
                            ("criticism", "通报批评"),
                            ("post", "调离窗口（代办）岗位"),
                            ("referred", "移送任免机关、监察机关处理"),
                        ],
                        max_length=10,
                        verbose_name="怎样处理",
                    ),
                ),
                ("reasons", models.TextField(blank=True, verbose_name="处理的理由")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("appeal", models.TextField(blank=True, verbose_name="申诉")),
                ("appealed_at", models.DateTimeField(blank=True, null=True, verbose_name="申诉时间")),
                ("appeal_answer", models.TextField(blank=True, verbose_name="复核的意见")),
                ("appeal_answered_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
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
                        related_name="conduct_records",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="本人",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conduct_records",
                        to="agencies.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "纪律与追责记录",
                "verbose_name_plural": "纪律与追责记录",
                "default_permissions": (),
                "indexes": [models.Index(fields=["unit", "-raised_at"], name="conduct_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["discipline", "accountability"])),
                        name="conduct_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rule__in",
                                [
                                    "attitude",
                                    "absence",
                                    "clocking",
                                    "appearance",
                                    "pushing",
                                    "helping",
                                    "not_told",
                                    "not_taken",
                                    "no_reasons",
                                    "extra",
                                    "late",
                                    "avoiding",
                                    "gifts",
                                    "other",
                                ],
                            )
                        ),
                        name="conduct_names_a_known_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("facts", ""), _negated=True), name="conduct_says_what_happened"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("raised_by", models.F("person")), _negated=True),
                        name="nobody_raises_his_own_conduct",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_judges_his_own_conduct",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_answered_by", None),
                            models.Q(
                                models.Q(("appeal_answered_by", models.F("person")), _negated=True),
                                models.Q(("appeal_answered_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_appeal_is_answered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "raised"),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("reasons", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="judged_conduct_says_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["raised", "dismissed"]),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decided_conduct_has_an_outcome",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunSQL(
            guard_sql("supervision_conductrecord", "raised", PAIRS), unguard_sql("supervision_conductrecord")
        ),
        migrations.RunSQL(KEPT, DROP),
    ]
