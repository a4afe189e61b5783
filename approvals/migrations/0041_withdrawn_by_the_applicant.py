"""撤回只由申请人:没有他确认的撤回,办件到不了“已撤回”;撤回的确认怎样来的,逐样核实。"""

from django.db import migrations, models

GUARDS = """
CREATE FUNCTION approvals_withdrawal_confirmed() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_confirmation WHERE case_id = NEW.id AND matter = 'withdraw'
                 AND confirmed_at IS NOT NULL AND dropped_at IS NULL) THEN
    RAISE EXCEPTION 'case %: withdrawn without its applicant', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_withdrawal_confirmed BEFORE UPDATE OF state ON approvals_case FOR EACH ROW
  WHEN (NEW.state = 'withdrawn' AND OLD.state <> NEW.state) EXECUTE FUNCTION approvals_withdrawal_confirmed();

CREATE FUNCTION approvals_true_confirmation() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  known boolean;
  asked boolean := false;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.case_id <> OLD.case_id OR NEW.matter <> OLD.matter OR OLD.confirmed_at IS NOT NULL
       AND (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at OR NEW.way <> OLD.way
            OR NEW.registered_by_id IS DISTINCT FROM OLD.registered_by_id) THEN
      RAISE EXCEPTION 'confirmation %: what it confirms is settled', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.confirmed_at IS NOT NULL THEN
      RETURN NEW;
    END IF;
    asked := OLD.code_index <> '' AND NEW.confirmed_at < OLD.code_until;
  END IF;
  IF NEW.matter <> 'withdraw' OR NEW.confirmed_at IS NULL THEN
    RETURN NEW;
  END IF;
  known := CASE NEW.way
    WHEN 'signed' THEN NEW.scan_id IS NOT NULL AND NEW.signer <> ''
    WHEN 'code' THEN asked
    WHEN 'exchange' THEN EXISTS (SELECT 1 FROM agencies_user WHERE id = NEW.registered_by_id AND kind = 'system')
    WHEN 'online' THEN EXISTS (SELECT 1 FROM approvals_case c JOIN agencies_user u ON u.id = NEW.registered_by_id
                               WHERE c.id = NEW.case_id AND (u.kind = 'system' OR c.user_id = u.id))
    WHEN 'agent' THEN EXISTS (SELECT 1 FROM approvals_mandate m JOIN agencies_user u ON u.id = NEW.registered_by_id
                              WHERE m.case_id = NEW.case_id AND m.state = 'running' AND m.consent = 'online'
                              AND 'withdraw' = ANY (m.scope)
                              AND m.from_at <= NEW.confirmed_at AND NEW.confirmed_at < m.to_at
                              AND (m.user_id = u.id OR m.user_id IS NULL AND u.kind = 'system'))
    ELSE false
  END;
  IF NOT coalesce(known, false) THEN
    RAISE EXCEPTION 'case %: a withdrawal nobody of its applicant''s confirmed', NEW.case_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_true_confirmation BEFORE INSERT OR UPDATE ON approvals_confirmation
  FOR EACH ROW EXECUTE FUNCTION approvals_true_confirmation();
"""
NO_GUARDS = """
DROP FUNCTION approvals_true_confirmation() CASCADE;
DROP FUNCTION approvals_withdrawal_confirmed() CASCADE;
"""
MATTERS = [
    ("entry", "代为录入"),
    ("amend", "当场更正"),
    ("deferral", "容缺受理承诺"),
    ("withdraw", "撤回申请"),
]
WAYS = [
    ("code", "短信验证码"),
    ("signed", "签名页扫描"),
    ("online", "网上确认"),
    ("agent", "申请人在网上委托的人代办"),
    ("exchange", "别的系统替申请人送来"),
]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0040_retractions")]
    operations = [
        migrations.AlterField("confirmation", "matter", models.CharField("确认什么", max_length=10, choices=MATTERS)),
        migrations.AlterField(
            "confirmation", "way", models.CharField("怎样确认的", max_length=8, choices=WAYS, blank=True)
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
