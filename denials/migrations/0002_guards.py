"""数据库守卫:没有真实的依据,谁也不能说“不”。

办件变成不予受理、不予许可的那一刻核实依据:条文确在钉住的指南里,先例确实有效而且结论是不行,
报告确是这一件的、确由分管副局长或局长核准。提交时再核实已经报备。依据和结果定下后不能改换。
"""

from django.db import migrations

from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

REPORT = [
    ("returned", "lapsed"),
    ("returned", "with_chief"),
    ("returned", "with_deputy"),
    ("returned", "with_director"),
    ("studying", "lapsed"),
    ("studying", "overturned"),
    ("studying", "sanctioned"),
    ("studying", "with_director"),
    ("with_chief", "lapsed"),
    ("with_chief", "overturned"),
    ("with_chief", "returned"),
    ("with_chief", "studying"),
    ("with_chief", "with_deputy"),
    ("with_chief", "with_director"),
    ("with_deputy", "lapsed"),
    ("with_deputy", "overturned"),
    ("with_deputy", "returned"),
    ("with_deputy", "sanctioned"),
    ("with_deputy", "studying"),
    ("with_deputy", "with_director"),
    ("with_director", "lapsed"),
    ("with_director", "overturned"),
    ("with_director", "returned"),
    ("with_director", "sanctioned"),
    ("with_director", "studying"),
    ("with_director", "with_director"),
]
PRECEDENT = [
    ("in_force", "limited"),
    ("in_force", "superseded"),
    ("in_force", "withdrawn"),
    ("limited", "superseded"),
    ("limited", "withdrawn"),
]

TRUE_GROUND = """
CREATE FUNCTION denials_true_ground() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  g approvals_ground%ROWTYPE;
  found boolean := false;
BEGIN
  IF OLD.outcome <> '' AND NEW.outcome <> OLD.outcome
     OR OLD.ground_id IS NOT NULL AND NEW.ground_id IS DISTINCT FROM OLD.ground_id THEN
    RAISE EXCEPTION 'case %: outcome and ground are settled', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state IN ('granted', 'refused', 'not_accepted', 'withdrawn', 'lapsed') AND NEW.outcome <> NEW.state THEN
    RAISE EXCEPTION 'case %: outcome % belies state %', NEW.number, NEW.outcome, NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.outcome = '' AND NEW.outcome IN ('refused', 'not_accepted') THEN
    SELECT * INTO g FROM approvals_ground WHERE id = NEW.ground_id AND case_id = NEW.id;
    IF g.kind = 'rule' THEN
      found := EXISTS (SELECT 1 FROM catalog_legalbasis WHERE id = g.basis_id AND guide_id = NEW.guide_id);
    ELSIF g.kind = 'precedent' THEN
      found := EXISTS (SELECT 1 FROM denials_precedent WHERE code = g.reference AND item_id = NEW.item_id
                       AND state IN ('in_force', 'limited') AND holding = 'refuse');
    ELSIF g.kind = 'report' THEN
      found := EXISTS (SELECT 1 FROM denials_report r JOIN denials_turn t ON t.report_id = r.id
                       WHERE r.case_id = NEW.id AND r.number = g.reference AND r.state = 'sanctioned'
                       AND t.rung IN ('deputy', 'director') AND t.verdict = 'sanction' AND t.by_id = r.decided_by_id);
    END IF;
    IF NOT coalesce(found, false) THEN
      RAISE EXCEPTION 'case %: no true ground to say no', NEW.number USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER denials_true_ground BEFORE UPDATE ON approvals_case
  FOR EACH ROW EXECUTE FUNCTION denials_true_ground();

CREATE FUNCTION denials_registered() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM denials_registerentry WHERE case_id = NEW.id AND ground_id = NEW.ground_id) THEN
    RAISE EXCEPTION 'case %: refused but not registered', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE CONSTRAINT TRIGGER denials_registered AFTER UPDATE OF state ON approvals_case DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state IN ('refused', 'not_accepted') AND OLD.state <> NEW.state)
  EXECUTE FUNCTION denials_registered();

CREATE FUNCTION denials_true_precedent() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM denials_report WHERE id = NEW.report_id
                 AND state = CASE NEW.holding WHEN 'refuse' THEN 'sanctioned' ELSE 'overturned' END) THEN
    RAISE EXCEPTION 'precedent %: its report has not decided so', NEW.code USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER denials_true_precedent BEFORE INSERT OR UPDATE OF holding, report_id, item_id ON denials_precedent
  FOR EACH ROW EXECUTE FUNCTION denials_true_precedent();
"""
NO_GUARDS = """
DROP FUNCTION denials_true_ground() CASCADE;
DROP FUNCTION denials_registered() CASCADE;
DROP FUNCTION denials_true_precedent() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("denials", "0001_initial"), ("approvals", "0002_guards"), ("office", "0002_guards")]
    operations = [
        migrations.RunSQL(guard_sql("denials_report", "with_chief", REPORT), unguard_sql("denials_report")),
        migrations.RunSQL(guard_sql("denials_precedent", "in_force", PRECEDENT), unguard_sql("denials_precedent")),
        *(
            migrations.RunSQL(append_only_sql(table), open_up_sql(table))
            for table in ("denials_lateness", "denials_registerentry", "denials_sheet")
        ),
        migrations.RunSQL(TRUE_GROUND, NO_GUARDS),
    ]
