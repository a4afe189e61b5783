"""换班：写下了不改不删，只登记一次说定、一次终止。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = """
CREATE FUNCTION agencies_dutyswap_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE loose text[] := ARRAY['agreed_by_id', 'agreed_at', 'ended_by_id', 'ended_at'];
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose OR OLD.ended_at IS NOT NULL
     OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at) THEN
    RAISE EXCEPTION '换班写下了不改不删，只登记说定、终止' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agencies_dutyswap_frozen BEFORE UPDATE OR DELETE ON agencies_dutyswap
  FOR EACH ROW EXECUTE FUNCTION agencies_dutyswap_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_archivist"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutySwap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="换出去的一天")),
                ("return_day", models.DateField(blank=True, null=True, verbose_name="还的一天")),
                (
                    "reason",
                    models.CharField(
                        help_text="例如开会、下乡；不写病情等个人隐私。", max_length=200, verbose_name="事由"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("agreed_at", models.DateTimeField(null=True, verbose_name="说定时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="终止时间")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁说定的",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁提出的",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁终止的",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的班",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="换给谁",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="swaps",
                        to="agencies.unit",
                        verbose_name="受理点",
                    ),
                ),
            ],
            options={
                "verbose_name": "换班",
                "verbose_name_plural": "换班",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("unit", "day"), name="one_swap_of_a_day"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "return_day"),
                        name="one_swap_of_a_return_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True),
                        name="nobody_swaps_with_himself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("return_day", models.F("day")), _negated=True), name="return_is_another_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="swap_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(("agreed_at", None), ("agreed_by__isnull", False), _connector="OR"),
                        name="agreed_swap_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_by__isnull", False), _connector="OR"),
                        name="ended_swap_says_who",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROZEN, "DROP FUNCTION agencies_dutyswap_frozen() CASCADE;"),
    ]
