"""数据库守卫:指南的状态只能这样走;九项要素不全发布不了;发布后的内容、材料、依据谁也改不动。"""

from django.db import migrations

from office.stateful import guard_sql, unguard_sql

PAIRS = [("draft", "published"), ("published", "superseded"), ("published", "retired")]

# 规范行政审批流程的九项要素。页面上先由 catalog.rules.missing_elements 列出来,这里是最后一道门。
COMPLETE = """
CREATE FUNCTION catalog_guide_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text := '';
BEGIN
  IF NEW.name = '' THEN missing := missing || '、事项名称'; END IF;
  IF NEW.content = '' THEN missing := missing || '、办理内容'; END IF;
  IF NOT EXISTS (SELECT 1 FROM catalog_legalbasis WHERE guide_id = NEW.id) THEN
    missing := missing || '、设定依据'; END IF;
  IF NEW.handling <> '1' AND NEW.promised_value IS NULL THEN missing := missing || '、办结时限'; END IF;
  IF NEW.window_id IS NULL THEN missing := missing || '、办理主体(受理窗口)'; END IF;
  IF jsonb_typeof(NEW.ways) <> 'array' OR NEW.ways = '[]' THEN missing := missing || '、受理方式'; END IF;
  IF NEW.complaint = '' THEN missing := missing || '、投诉渠道'; END IF;
  IF jsonb_typeof(NEW.process) <> 'array' OR NEW.process = '[]' THEN missing := missing || '、办理流程'; END IF;
  IF NOT EXISTS (SELECT 1 FROM catalog_material WHERE guide_id = NEW.id) THEN
    missing := missing || '、申请材料'; END IF;
  IF missing <> '' THEN
    RAISE EXCEPTION '办事指南还不完整，缺：%', ltrim(missing, '、') USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_guide_complete BEFORE UPDATE OF state ON catalog_guide
  FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state <> 'draft') EXECUTE FUNCTION catalog_guide_complete();
"""

# 发布之后只剩状态与失效日期可动,且失效日期只在“已发布”时可动;新加的列自动在冻结之内。
FROZEN_GUIDE = """
CREATE FUNCTION catalog_guide_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '发布过的办事指南不能删除' USING ERRCODE = 'check_violation';
  END IF;
  IF to_jsonb(NEW) - ARRAY['state', 'effective_to'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'effective_to']
     OR (OLD.state <> 'published' AND NEW.effective_to IS DISTINCT FROM OLD.effective_to) THEN
    RAISE EXCEPTION '发布过的办事指南不能改动，请另出新版' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_guide_frozen BEFORE UPDATE ON catalog_guide
  FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION catalog_guide_frozen();
CREATE TRIGGER catalog_guide_kept BEFORE DELETE ON catalog_guide
  FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION catalog_guide_frozen();
"""

# FOR SHARE:发布与改材料同时发生时,后到的一方等前一方提交,不会在发布的缝里塞进一行。
FROZEN_PARTS = """
CREATE FUNCTION catalog_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  FOR found IN SELECT state FROM catalog_guide WHERE id IN (
    CASE WHEN TG_OP <> 'INSERT' THEN OLD.guide_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.guide_id END) FOR SHARE
  LOOP
    IF found <> 'draft' THEN
      RAISE EXCEPTION '发布过的办事指南不能改动，请另出新版' USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""
PARTS = ["catalog_material", "catalog_legalbasis", "catalog_guide_desks"]
FROZEN_PARTS += "".join(
    f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION catalog_part_frozen();\n"
    for table in PARTS
)

# 实施主体是指南的要素之一:有了发布过的指南,事项就不能换机关,只能另立事项。
FROZEN_BODY = """
CREATE FUNCTION catalog_item_body_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM catalog_guide WHERE item_id = OLD.id AND state <> 'draft') THEN
    RAISE EXCEPTION '事项已有发布过的办事指南，不能更换实施主体' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_item_body_frozen BEFORE UPDATE OF agency_id ON catalog_item
  FOR EACH ROW WHEN (OLD.agency_id IS DISTINCT FROM NEW.agency_id) EXECUTE FUNCTION catalog_item_body_frozen();
"""

# 办件引用权限行:行本身不改不删,只能登记终止日期。
FROZEN_AUTHORITY = """
CREATE FUNCTION catalog_authority_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'valid_to' IS DISTINCT FROM to_jsonb(OLD) - 'valid_to' THEN
    RAISE EXCEPTION '办理权限不改不删，只能登记终止日期' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_authority_frozen BEFORE UPDATE OR DELETE ON catalog_authority
  FOR EACH ROW EXECUTE FUNCTION catalog_authority_frozen();
"""

FUNCTIONS = ["guide_complete", "guide_frozen", "part_frozen", "item_body_frozen", "authority_frozen"]
DROP = "".join(f"DROP FUNCTION catalog_{name}() CASCADE;\n" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("office", "0001_initial")]

    operations = [
        migrations.RunSQL(guard_sql("catalog_guide", "draft", PAIRS), unguard_sql("catalog_guide")),
        migrations.RunSQL(COMPLETE + FROZEN_GUIDE + FROZEN_PARTS + FROZEN_BODY + FROZEN_AUTHORITY, DROP),
    ]
