"""审核意见：由分管副局长、局长决定的，科室负责人先审核；没有审核的，数据库不许准予。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION approvals_case_endorsed() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF (SELECT decider FROM catalog_guide WHERE id = NEW.guide_id) <> ''
     AND NOT EXISTS (SELECT 1 FROM agencies_user WHERE id = NEW.decided_by_id AND kind = 'system')
     AND NOT EXISTS (
       SELECT 1 FROM approvals_endorsement
        WHERE case_id = NEW.id AND voided_at IS NULL AND by_id <> NEW.decided_by_id) THEN
    RAISE EXCEPTION 'approvals_case: case % is decided above the section and nobody else endorsed it', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE TRIGGER approvals_case_endorsed AFTER UPDATE OF state ON approvals_case
  FOR EACH ROW WHEN (OLD.state = 'reviewed' AND NEW.state = 'granted') EXECUTE FUNCTION approvals_case_endorsed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
        ("approvals", "0069_archive_batches"),
        ("catalog", "0028_guide_decider"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    ("supervision", "监管科室逾期未签收决定"),
                    ("disclosure", "双公示逾期未公开"),
                    ("decider", "报上一级超过一个工作日没有决定"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="审核时间")),
                ("text", models.TextField(verbose_name="审核意见")),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("voided_why", models.TextField(blank=True, verbose_name="作废的原因")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endorsements",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.unit",
                        verbose_name="承办科室",
                    ),
                ),
            ],
            options={
                "verbose_name": "审核意见",
                "verbose_name_plural": "审核意见",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("case",),
                        name="one_standing_endorsement_of_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at", None), models.Q(("voided_why", ""), _negated=True), _connector="OR"
                        ),
                        name="voided_endorsement_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION approvals_case_endorsed() CASCADE;"),
    ]
