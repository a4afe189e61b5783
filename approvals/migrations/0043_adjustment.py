"""在领的救助怎样调整:决定时选定,不从决定的字句里认;减发、停发以前听取过本人的意见(社会救助法第四十八条)。"""

from django.db import migrations, models

from office.migrating import Together

CHOICES = [("more", "增发"), ("same", "不变"), ("less", "减发"), ("stopped", "停发")]
GUARD = """
CREATE FUNCTION approvals_adjustment_said() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  adjusts boolean;
BEGIN
  IF OLD.outcome <> '' THEN
    IF NEW.adjustment <> OLD.adjustment THEN
      RAISE EXCEPTION 'case %: how it was adjusted is settled', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> 'granted' OR OLD.state = 'granted' THEN
    RETURN NEW;
  END IF;
  SELECT situation = 'adjustment' INTO adjusts FROM catalog_item WHERE id = NEW.item_id;
  IF adjusts <> (NEW.adjustment <> '') THEN
    RAISE EXCEPTION 'case %: an adjustment says which way, and nothing else does', NEW.number
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.adjustment IN ('less', 'stopped') AND NOT EXISTS (
    SELECT 1 FROM approvals_statement WHERE case_id = NEW.id AND standing IN ('applicant', 'agent')
  ) THEN
    RAISE EXCEPTION 'case %: relief taken away before its applicant was heard', NEW.number
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_adjustment_said BEFORE UPDATE OF state, adjustment ON approvals_case
  FOR EACH ROW EXECUTE FUNCTION approvals_adjustment_said();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0042_not_accepting"), ("catalog", "0021_situation")]
    operations = [
        Together(
            [
                migrations.AddField(
                    "case",
                    "adjustment",
                    models.CharField(
                        "救助怎样调整", max_length=8, choices=CHOICES, blank=True, db_default="", editable=False
                    ),
                ),
                migrations.AddConstraint(
                    "case",
                    models.CheckConstraint(
                        condition=models.Q(
                            ("adjustment", ""),
                            models.Q(("adjustment__in", [one for one, _ in CHOICES]), ("outcome", "granted")),
                            _connector="OR",
                        ),
                        name="only_a_grant_adjusts",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION approvals_adjustment_said() CASCADE"),
    ]
