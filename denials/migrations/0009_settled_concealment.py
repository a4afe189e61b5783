"""拟否定报告写着提出时认定的隐瞒、虚假材料，领导审定它成不成立；没有审定成立的，依据上不能写成立。"""

from django.db import migrations, models

# 还在审定的，补上提出时已经有的认定；审定过的，照依据上写的
CARRIED = """
UPDATE denials_report r SET concealed = f.facts FROM approvals_concealment f
  WHERE f.case_id = r.case_id AND f.found_at <= r.filed_at
  AND r.state IN ('with_chief', 'with_deputy', 'with_director', 'returned', 'studying');
UPDATE denials_report r SET concealed = f.facts, concealed_upheld = true
  FROM approvals_concealment f JOIN approvals_case c ON c.id = f.case_id JOIN approvals_ground g ON g.id = c.ground_id
  WHERE f.case_id = r.case_id AND r.state = 'sanctioned' AND g.concealed AND g.reference = r.number;
"""
GUARD = """
CREATE FUNCTION denials_true_concealment() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_ground g WHERE g.id = NEW.ground_id AND g.concealed AND NOT EXISTS
             (SELECT 1 FROM denials_report r WHERE r.case_id = NEW.id AND r.number = g.reference
              AND r.concealed_upheld)) THEN
    RAISE EXCEPTION 'case %: nobody settled that its applicant concealed anything', NEW.number
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER denials_true_concealment BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state = 'refused' AND OLD.state <> NEW.state) EXECUTE FUNCTION denials_true_concealment();
"""
UNSETTLED = models.Q(("state__in", ["sanctioned", "overturned"]), _negated=True)


class Migration(migrations.Migration):
    dependencies = [("denials", "0008_not_accepting"), ("approvals", "0062_settled_concealment")]

    operations = [
        migrations.AddField(
            "report", "concealed", models.TextField("提出时认定的隐瞒、虚假材料", blank=True, db_default="")
        ),
        migrations.AddField("report", "concealed_upheld", models.BooleanField("认定成立", null=True, blank=True)),
        migrations.RunSQL(CARRIED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concealed", ""), ("concealed_upheld", None)),
                    models.Q(
                        models.Q(("concealed", ""), _negated=True),
                        models.Q(UNSETTLED, ("concealed_upheld__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="decided_report_settles_concealment",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION denials_true_concealment() CASCADE"),
    ]
