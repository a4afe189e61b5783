"""依据的守卫补上两处:生来就带结果或依据的办件不收,钉住的指南、事项不能改换;核准的人要确在那个岗上。"""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION denials_true_ground() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  g approvals_ground%ROWTYPE;
  found boolean := false;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.outcome <> '' OR NEW.ground_id IS NOT NULL THEN
      RAISE EXCEPTION 'case %: born with an outcome or a ground', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.guide_id <> OLD.guide_id OR NEW.item_id <> OLD.item_id THEN
    RAISE EXCEPTION 'case %: its guide and item are pinned', NEW.number USING ERRCODE = 'check_violation';
  END IF;
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
                       JOIN agencies_holding h ON h.post_id = t.post_id AND h.user_id = t.by_id
                       JOIN agencies_post p ON p.id = t.post_id
                       WHERE r.case_id = NEW.id AND r.number = g.reference AND r.state = 'sanctioned'
                       AND t.rung IN ('deputy', 'director') AND t.verdict = 'sanction' AND t.by_id = r.decided_by_id
                       AND p.role IN ('deputy', 'director')
                       AND h.from_at <= t.closed_at AND (h.to_at IS NULL OR h.to_at > t.closed_at));
    END IF;
    IF NOT coalesce(found, false) THEN
      RAISE EXCEPTION 'case %: no true ground to say no', NEW.number USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $guard$;
DROP TRIGGER denials_true_ground ON approvals_case;
CREATE TRIGGER denials_true_ground BEFORE INSERT OR UPDATE ON approvals_case
  FOR EACH ROW EXECUTE FUNCTION denials_true_ground();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("denials", "0005_settle_clock"),
        ("agencies", "0001_initial"),
    ]
    # 退回去没有旧的守卫可换:少查不如多查,函数留着。
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
