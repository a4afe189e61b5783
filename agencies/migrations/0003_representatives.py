"""首席代表：写下了不改不删，只登记终止。"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# 新加的列自动在冻结之内。
FROZEN = """
CREATE FUNCTION agencies_representative_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE loose text[] := ARRAY['valid_to', 'ended_why'];
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
    RAISE EXCEPTION '首席代表的授权写下了不改不删，只登记终止' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agencies_representative_frozen BEFORE UPDATE OR DELETE ON agencies_representative
  FOR EACH ROW EXECUTE FUNCTION agencies_representative_frozen();
"""
DROP = "DROP FUNCTION agencies_representative_frozen() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Representative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "powers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("answer", "答复咨询"),
                                ("accept", "受理、一次性告知"),
                                ("instant", "即办件当场办结"),
                                ("review", "审查、提出审查意见"),
                                ("coordinate", "协调本科室会办"),
                                ("seal", "使用业务专用章"),
                            ],
                            max_length=12,
                            verbose_name="授权",
                        ),
                        size=None,
                        verbose_name="可以当场办的",
                    ),
                ),
                (
                    "limits",
                    models.CharField(
                        blank=True, help_text="例如要听证、要集体讨论的。", max_length=300, verbose_name="不在授权内的"
                    ),
                ),
                ("instrument_number", models.CharField(max_length=60, verbose_name="授权书文号")),
                ("signed_on", models.DateField(verbose_name="授权日期")),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止(不含)")),
                ("appointed_at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_why", models.CharField(blank=True, max_length=300, verbose_name="提前终止的原因")),
                (
                    "appointed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授权人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representatives",
                        to="agencies.unit",
                        verbose_name="代表哪个科室",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="represents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="首席代表",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.unit",
                        verbose_name="派驻的窗口",
                    ),
                ),
            ],
            options={
                "verbose_name": "首席代表",
                "verbose_name_plural": "首席代表",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("powers__len__gt", 0)), name="representative_may_do_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("instrument_number", ""), _negated=True),
                        name="representative_has_a_signed_instrument",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("signed_by")), _negated=True),
                        name="nobody_authorizes_himself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="representative_ends_no_earlier_than_he_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.Func("unit_id", "unit_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("window_id", "window_id", models.Value("[]"), function="int8range"), "&&"),
                            (models.Func("valid_from", "valid_to", function="daterange"), "&&"),
                        ],
                        name="one_representative_per_section_window_and_day",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROZEN, DROP),
    ]
