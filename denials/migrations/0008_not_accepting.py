"""拟否定报告写明是哪一种不予受理；没有写明的，办件到不了“不予受理”。"""

from importlib import import_module

from django.db import migrations

from office.migrating import Together

ground = import_module("approvals.migrations.0042_not_accepting")

GUARD = """
CREATE FUNCTION denials_why_not_accepted() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_ground WHERE id = NEW.ground_id AND case_id = NEW.id
                 AND not_accepting <> '') THEN
    RAISE EXCEPTION 'case %: not accepted, and not said why', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER denials_why_not_accepted BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state = 'not_accepted' AND OLD.state <> NEW.state) EXECUTE FUNCTION denials_why_not_accepted();
"""


class Migration(migrations.Migration):
    dependencies = [("denials", "0007_forgetting"), ("approvals", "0042_not_accepting")]
    operations = [
        Together([*ground.added("report"), ground.named("report")]),
        migrations.RunSQL(GUARD, "DROP FUNCTION denials_why_not_accepted() CASCADE"),
    ]
