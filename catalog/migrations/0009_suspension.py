"""停办：内容不改不删，只登记哪天恢复。"""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE FUNCTION catalog_suspension_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['ends_on', 'lifted_by_id', 'lifted_at', 'lift_reason'];
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
    RAISE EXCEPTION '停办的登记不改不删，只能登记哪天恢复' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_suspension_kept BEFORE UPDATE OR DELETE ON catalog_suspension
  FOR EACH ROW EXECUTE FUNCTION catalog_suspension_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="从哪天起停办")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="这一天起照常受理；还说不准就空着。",
                        null=True,
                        verbose_name="哪天恢复办理",
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        help_text="为什么停、急着办怎么办，写给群众看。", max_length=500, verbose_name="对群众的说明"
                    ),
                ),
                ("declared_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                (
                    "lifted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="恢复的登记时间"),
                ),
                (
                    "lift_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="恢复的说明"),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="catalog.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="恢复的登记人",
                    ),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.item",
                        verbose_name="可以改办的事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "停办",
                "verbose_name_plural": "停办",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("message", ""), _negated=True), name="suspension_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="suspension_ends_no_earlier_than_it_begins",
                        violation_error_message="恢复的日子不能早于停办的日子。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replacement", None),
                            models.Q(("replacement", models.F("item")), _negated=True),
                            _connector="OR",
                        ),
                        name="suspended_item_is_not_its_own_replacement",
                        violation_error_message="可以改办的不能是这个事项自己。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(
                                ("ends_on__isnull", False), ("lifted_at__isnull", False), ("lifted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="lifted_suspension_says_who_and_when",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("item", "="), (models.Func("starts_on", "ends_on", function="daterange"), "&&")],
                        name="one_suspension_per_item_and_day",
                        violation_error_message="这个事项在这段时间里已经登记过停办。",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, "DROP FUNCTION catalog_suspension_kept() CASCADE;"),
    ]
