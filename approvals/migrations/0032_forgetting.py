"""销毁：档案记作已销毁的那一件，写下就不改的几张表才许清空。"""

from django.db import migrations

from office.stateful import append_only_sql, forgetting_sql

FORGOTTEN = """
CREATE FUNCTION approvals_case_forgotten(key bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM approvals_archive WHERE case_id = key AND state = 'deleted')
$$;
"""
CONTACT_OF = "(SELECT case_id FROM approvals_contact WHERE id = OLD.contact_id)"
KEPT = {
    "approvals_contact_kept": ("OLD.case_id", "首问责任人、编号、登记的内容一直记着，不能改、不能删"),
    "approvals_referral_kept": (CONTACT_OF, "引导、协调开出以后只记结果，不能改、不能删"),
    "approvals_enquiry_kept": ("OLD.case_id", "问过的、答过的都留着，不能改、不能删"),
    "approvals_message_kept": ("OLD.case_id", "消息发了就不能改、不能删，只记读了没有"),
    "approvals_mandate_kept": ("OLD.case_id", "委托写下了就不能改、不能删：要变，收回了另写一份"),
}
ADVANCE_OF = "(SELECT case_id FROM approvals_advance WHERE id = OLD.advance_id)"
FROZEN = {
    "approvals_guidance": (("place", "said", "signer"), f"approvals_case_forgotten({ADVANCE_OF})"),
    "office_exchangearrival": (
        ("payload",),
        "EXISTS (SELECT 1 FROM approvals_case c WHERE c.number = OLD.reference AND approvals_case_forgotten(c.id))",
    ),
}


def kept(name: str, case: str, said: str, *, forgets: bool) -> str:
    """这道守卫：forgets 时，那一件销毁了就放行更新(删除照样不许)。"""
    # 只拼接这里写死的名字，没有外来的字
    passed = f"IF TG_OP = 'UPDATE' THEN IF approvals_case_forgotten({case}) THEN RETURN NEW; END IF; END IF;"
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {passed if forgets else ""}
  RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation';
END $$;
"""


def frozen_again(table: str) -> str:
    """退回去：只换函数，触发器还在。"""
    return append_only_sql(table).partition("CREATE TRIGGER")[0]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0031_hearing_asker"), ("office", "0008_peer_may_apply")]
    operations = [
        migrations.RunSQL(FORGOTTEN, "DROP FUNCTION approvals_case_forgotten(bigint)"),
        *(
            migrations.RunSQL(kept(name, *told, forgets=True), kept(name, *told, forgets=False))
            for name, told in KEPT.items()
        ),
        *(migrations.RunSQL(forgetting_sql(table, *told), frozen_again(table)) for table, told in FROZEN.items()),
    ]
