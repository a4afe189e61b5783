"""数据库守卫:文书登记之后,文号、内容、核验码一个字也不能改,行也不能删。"""

PINNED = (
    "kind",
    "title",
    "issuer",
    "prefix",
    "word",
    "year",
    "serial",
    "number",
    "subject_type",
    "subject_key",
    "context",
    "check_code",
    "ordered_at",
    "ordered_by_id",
)

PIN_SQL = f"""
CREATE OR REPLACE FUNCTION office_paper_pinned() RETURNS trigger LANGUAGE plpgsql AS $pin$
BEGIN
  RAISE EXCEPTION 'office_paper: what a paper says is pinned' USING ERRCODE = 'check_violation';
END $pin$;
CREATE OR REPLACE TRIGGER office_paper_pinned BEFORE UPDATE ON office_paper FOR EACH ROW
  WHEN (({", ".join(f"OLD.{c}" for c in PINNED)}) IS DISTINCT FROM ({", ".join(f"NEW.{c}" for c in PINNED)}))
  EXECUTE FUNCTION office_paper_pinned();
CREATE OR REPLACE TRIGGER office_paper_kept BEFORE DELETE ON office_paper FOR EACH ROW
  EXECUTE FUNCTION office_paper_pinned();
"""
UNPIN_SQL = "DROP FUNCTION office_paper_pinned() CASCADE;"
