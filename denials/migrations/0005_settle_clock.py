"""领导定维持还是改正也有期限：起一次，逾期记一次，写下了不能改。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together

BEFORE = """
CREATE OR REPLACE FUNCTION denials_true_recall() RETURNS trigger LANGUAGE plpgsql AS $guard$
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
"""
KEPT = "IS DISTINCT FROM (NEW.late_at, NEW.late_user_id)"
AFTER = BEFORE.replace(
    KEPT,
    f"""{KEPT}
     OR OLD.settle_due_at IS NOT NULL AND OLD.settle_due_at IS DISTINCT FROM NEW.settle_due_at
     OR OLD.settle_late_at IS NOT NULL AND (OLD.settle_late_at, OLD.settle_late_user_id)
        IS DISTINCT FROM (NEW.settle_late_at, NEW.settle_late_user_id)""",
)


class Migration(migrations.Migration):
    dependencies = [
        ("denials", "0004_recalls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="recall",
                    name="settle_due_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="领导定的期限"),
                ),
                migrations.AddField(
                    model_name="recall",
                    name="settle_late_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="领导逾期记于"),
                ),
                migrations.AddField(
                    model_name="recall",
                    name="settle_late_user",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="逾期没有定的人",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
