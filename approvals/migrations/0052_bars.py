"""隐瞒、虚假材料的认定；由审定了的不予、撤销得来的申请限制(行政许可法第七十八条、第七十九条)。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GONE = "EXISTS (SELECT 1 FROM approvals_archive WHERE case_id = OLD.case_id AND state = 'deleted')"
GUARDS = """
CREATE FUNCTION approvals_true_bar() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  known boolean;
  open text[] := ARRAY['lifted_at', 'lifted_by_id', 'lifted_basis', 'lifted_reason'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'bar %: lifted, never deleted', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.lifted_at IS NOT NULL THEN
      open := CASE WHEN $gone$ THEN ARRAY['lifted_reason'] ELSE ARRAY[]::text[] END;
    END IF;
    IF to_jsonb(NEW) - open <> to_jsonb(OLD) - open THEN
      RAISE EXCEPTION 'bar %: what it says is settled', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  known := CASE NEW.kind
    WHEN 'deceit' THEN EXISTS (SELECT 1 FROM approvals_retraction WHERE id = NEW.retraction_id
                               AND case_id = NEW.case_id AND ground = 'deceit' AND state = 'done')
    WHEN 'concealed' THEN EXISTS (SELECT 1 FROM approvals_case c JOIN approvals_ground g ON g.id = c.ground_id
                                  JOIN approvals_concealment f ON f.case_id = c.id
                                  WHERE c.id = NEW.case_id AND c.outcome = 'refused' AND g.kind = 'report'
                                  AND c.delivered_at IS NOT NULL)
    ELSE false
  END;
  IF NOT coalesce(known, false) THEN
    RAISE EXCEPTION 'case %: nothing decided bars its applicant', NEW.case_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_true_bar BEFORE INSERT OR UPDATE OR DELETE ON approvals_bar
  FOR EACH ROW EXECUTE FUNCTION approvals_true_bar();

CREATE FUNCTION approvals_settled_concealment() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT $gone$ AND EXISTS (SELECT 1 FROM approvals_case WHERE id = OLD.case_id AND decided_at IS NOT NULL) THEN
    RAISE EXCEPTION 'case %: decided, what was found stays', OLD.case_id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_settled_concealment BEFORE UPDATE OR DELETE ON approvals_concealment
  FOR EACH ROW EXECUTE FUNCTION approvals_settled_concealment();
""".replace("$gone$", GONE)
NO_GUARDS = "DROP FUNCTION approvals_true_bar() CASCADE; DROP FUNCTION approvals_settled_concealment() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0051_joint_extension_form"),
        ("catalog", "0026_guide_safety_and_quota"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("concealed", "隐瞒有关情况、提供虚假材料"),
                            ("deceit", "以欺骗、贿赂等不正当手段取得"),
                        ],
                        max_length=10,
                        verbose_name="为什么",
                    ),
                ),
                (
                    "holder_index",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="证件盲索引"),
                ),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                ("document", models.CharField(max_length=200, verbose_name="凭哪份决定书")),
                ("from_on", models.DateField(verbose_name="送达那天")),
                ("until_on", models.DateField(verbose_name="到哪天为止(含)")),
                ("made_at", models.DateTimeField(verbose_name="登记时间")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解除时间")),
                ("lifted_basis", models.CharField(blank=True, max_length=200, verbose_name="凭什么解除")),
                ("lifted_reason", models.CharField(blank=True, max_length=300, verbose_name="为什么解除")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bar",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.item",
                        verbose_name="事项",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="解除的人",
                    ),
                ),
                (
                    "retraction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bar",
                        to="approvals.retraction",
                        verbose_name="撤销",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请限制",
                "verbose_name_plural": "申请限制",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)), fields=["holder_index", "item"], name="bar_of_holder"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gt", models.F("from_on"))), name="bar_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", ""), _negated=True), models.Q(("document", ""), _negated=True)
                        ),
                        name="bar_names_its_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_basis", ""), ("lifted_by", None)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lifted_basis", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="lifted_bar_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "deceit"), ("retraction__isnull", False)),
                            models.Q(("kind", "concealed"), ("retraction", None)),
                            _connector="OR",
                        ),
                        name="bar_comes_of_its_decision",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Concealment",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="concealment",
                        serialize=False,
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                ("facts", models.TextField(verbose_name="隐瞒了什么、哪份材料虚假")),
                ("found_at", models.DateTimeField(verbose_name="认定时间")),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "隐瞒、虚假材料的认定",
                "verbose_name_plural": "隐瞒、虚假材料的认定",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("facts", ""), _negated=True), name="concealment_says_what"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
