"""数据库守卫:委托的状态只走声明过的步;生效时写下的权限就是委托的那一项;生效之后内容不改不删。"""

from django.db import migrations

from office.stateful import guard_sql, unguard_sql

PAIRS = [("drafted", "live"), ("live", "expired"), ("live", "revoked")]

# 生效之后只剩终止的几栏可动;新加的列自动在冻结之内。
FROZEN = """
CREATE FUNCTION delegation_delegation_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE loose text[] := ARRAY['state', 'revoked_on', 'revoke_reason', 'ended_at'];
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'live' AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD)
     OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
    RAISE EXCEPTION '委托生效之后内容不改不删，只能收回' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delegation_delegation_frozen BEFORE UPDATE OR DELETE ON delegation_delegation
  FOR EACH ROW WHEN (OLD.state <> 'drafted') EXECUTE FUNCTION delegation_delegation_frozen();
"""
# 借别的事项、别的机关的权限来生效,不行。
MATCHED = """
CREATE FUNCTION delegation_delegation_matched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM catalog_authority a JOIN catalog_item i ON i.id = a.item_id
    WHERE a.id = NEW.authority_id AND (a.item_id, a.agency_id, a.seal_id, a.valid_from, i.agency_id)
      = (NEW.item_id, NEW.to_agency_id, NEW.seal_id, NEW.valid_from, NEW.from_agency_id)
      AND a.valid_to IS NOT DISTINCT FROM NEW.valid_to
  ) THEN
    RAISE EXCEPTION '委托与所写的办理权限对不上' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delegation_delegation_matched BEFORE UPDATE OF state ON delegation_delegation
  FOR EACH ROW WHEN (NEW.state = 'live') EXECUTE FUNCTION delegation_delegation_matched();
"""
DROP = "DROP FUNCTION delegation_delegation_frozen() CASCADE; DROP FUNCTION delegation_delegation_matched() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("delegation", "0001_initial"), ("catalog", "0002_guards"), ("office", "0002_guards")]

    operations = [
        migrations.RunSQL(guard_sql("delegation_delegation", "drafted", PAIRS), unguard_sql("delegation_delegation")),
        migrations.RunSQL(FROZEN + MATCHED, DROP),
    ]
