"""改派：承办科室只随一次改派改变，审查完毕以前、没有在审定的时候，换给同一机关的另一个科室。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.stateful import append_only_sql, open_up_sql

GUARD = """
CREATE FUNCTION approvals_case_section() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state NOT IN ('received', 'correcting', 'accepted', 'reviewing') OR NEW.held_at IS NOT NULL THEN
    RAISE EXCEPTION 'approvals_case: case % is past being reassigned', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT agency_id FROM agencies_unit WHERE id = OLD.section_id)
     IS DISTINCT FROM (SELECT agency_id FROM agencies_unit WHERE id = NEW.section_id) THEN
    RAISE EXCEPTION 'approvals_case: case % may not be reassigned to another agency', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM approvals_reassignment r
      JOIN office_entry e ON e.subject_type = 'approvals.case' AND e.subject_key = NEW.id::text
     WHERE r.case_id = NEW.id AND r.from_unit_id = OLD.section_id AND r.to_unit_id = NEW.section_id
       AND e.verb = 'approvals.case.reassign' AND e.at = r.at AND e.xid = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'approvals_case: the section of case % changed without a reassignment', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE TRIGGER approvals_case_section AFTER UPDATE OF section_id ON approvals_case
  FOR EACH ROW WHEN (OLD.section_id IS DISTINCT FROM NEW.section_id) EXECUTE FUNCTION approvals_case_section();
"""


def foreign(to, label, related="+"):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, verbose_name=label
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
        ("approvals", "0055_moved_certificates"),
        ("office", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reassignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="原因")),
                ("at", models.DateTimeField(verbose_name="何时")),
                ("by", foreign(settings.AUTH_USER_MODEL, "谁定的")),
                ("case", foreign("approvals.case", "办件", "reassignments")),
                ("from_unit", foreign("agencies.unit", "原承办科室")),
                ("to_unit", foreign("agencies.unit", "改由谁承办")),
            ],
            options={
                "verbose_name": "改派",
                "verbose_name_plural": "改派",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                        name="reassignment_goes_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="reassignment_says_why"
                    ),
                ],
            },
        ),
        migrations.RunSQL(append_only_sql("approvals_reassignment"), open_up_sql("approvals_reassignment")),
        migrations.RunSQL(GUARD, "DROP FUNCTION approvals_case_section() CASCADE;"),
    ]
