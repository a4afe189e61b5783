"""延续、变更说的是哪一本原证照；按时申请的延续到届满没有决定的，视为准予，不能再说不(行政许可法第四十九条、第五十条)。"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql

CASE = import_module("approvals.migrations.0002_guards").CASE


def guard(pairs: list[tuple[str, str]]) -> str:
    """只换守卫的函数，触发器照旧。"""
    return guard_sql("approvals_case", "received", pairs).partition("CREATE TRIGGER")[0]


DEEMED = """
CREATE FUNCTION approvals_deemed_renewal() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  over boolean := EXISTS (
    SELECT 1 FROM approvals_priorcertificate p JOIN approvals_certificate c ON c.id = p.certificate_id
    WHERE p.case_id = NEW.id AND p.lapses_at <= NEW.decided_at AND c.ended_as = '');
BEGIN
  IF NEW.state = 'granted' AND OLD.state = 'reviewing' AND NOT over THEN
    RAISE EXCEPTION 'case %: granted in the midst of its review, and no renewal is deemed granted', NEW.number
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ('refused', 'not_accepted') AND over THEN
    RAISE EXCEPTION 'case %: the renewal is deemed granted, too late to refuse', NEW.number
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_deemed_renewal BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state IN ('granted', 'refused', 'not_accepted') AND OLD.state <> NEW.state)
  EXECUTE FUNCTION approvals_deemed_renewal();
"""
NOT_DEEMED = "DROP FUNCTION approvals_deemed_renewal() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0045_signed_originals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriorCertificate",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="prior",
                        serialize=False,
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "apply_by",
                    models.DateField(
                        blank=True, help_text="没有这样的期限的空着。", null=True, verbose_name="最迟哪天申请(含)"
                    ),
                ),
                (
                    "lapses_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="按时申请的延续才有：到这一刻没有决定的，视为准予。",
                        null=True,
                        verbose_name="届满的时刻(不含)",
                    ),
                ),
                ("deemed_at", models.DateTimeField(blank=True, null=True, verbose_name="视为准予延续的时间")),
                ("named_at", models.DateTimeField(verbose_name="指明的时间")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="approvals.certificate",
                        verbose_name="原证照",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="指明的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "原证照",
                "verbose_name_plural": "原证照",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deemed_at", None),
                            models.Q(("deemed_at__gte", models.F("lapses_at")), ("lapses_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="only_a_timely_renewal_is_deemed_granted",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("deemed", "未按时一次性告知，视为受理"),
                    ("statutory", "超过法定时限(红牌)"),
                    ("promised", "超过承诺时限(黄牌)"),
                    ("delivery", "超期未送达"),
                    ("deferred", "容缺材料逾期未补"),
                    ("transit", "移交逾期未签收"),
                    ("procedure", "特别程序超过期限"),
                    ("hearing", "没有按期组织听证"),
                    ("pledge", "承诺的事后核查逾期"),
                    ("retraction", "撤回、撤销逾期没有审定"),
                    ("second", "第二次告知，我们的差错"),
                    ("review", "这一级审查超过期限"),
                    ("renewal", "届满以前没有决定，视为准予延续"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.RunSQL(guard([*CASE, ("reviewing", "granted")]), guard(CASE)),
        migrations.RunSQL(DEEMED, NOT_DEEMED),
    ]
