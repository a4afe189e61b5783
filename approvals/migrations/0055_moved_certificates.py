"""委托办的证照记在委托机关名下；双公示登记失效的时刻，报送照它。"""

from django.db import migrations, models

Q = models.Q
SINCE = "ended_disclosure_says_since_when"
# 委托的名义补写以前，证照记在受托机关名下。委托机关名下已经有同名同号的、几个受托机关用了同一个号的不动，由人核对。
MOVE = """
UPDATE approvals_certificate c SET agency_id = a.principal_id
  FROM approvals_case k JOIN catalog_authority a ON a.id = k.authority_id
  WHERE k.id = c.case_id AND a.principal_id IS NOT NULL AND c.agency_id = k.agency_id
    AND (NOT c.current OR NOT EXISTS (
      SELECT 1 FROM approvals_certificate o JOIN approvals_case ok ON ok.id = o.case_id
        LEFT JOIN catalog_authority oa ON oa.id = ok.authority_id
      WHERE o.id <> c.id AND o.current AND o.name = c.name AND o.number = c.number
        AND a.principal_id IN (o.agency_id, oa.principal_id)));
"""
NOTE = """
UPDATE approvals_disclosure d SET ended_noted_at = COALESCE(
    (SELECT c.end_noted_at FROM approvals_certificate c WHERE c.case_id = d.case_id),
    d.ended_on::timestamp AT TIME ZONE 'Asia/Shanghai')
  WHERE d.ended_as <> '';
"""
# 改了的行还有没核的约束，当场核完才能改表
CHECK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"


def since(**noted: object) -> models.CheckConstraint:
    ended = Q(ended_on__isnull=False, **{f"{name}__isnull": False for name in noted})
    condition = Q(ended_as="", ended_on=None, **noted) | ~Q(ended_as="") & ended
    return models.CheckConstraint(condition=condition, name=SINCE)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0054_renewal_timeliness"), ("delegation", "0003_kind")]

    operations = [
        migrations.RunSQL(MOVE + CHECK, migrations.RunSQL.noop),
        migrations.AddField(
            "disclosure",
            "ended_noted_at",
            models.DateTimeField(blank=True, null=True, verbose_name="登记不再有效的时间"),
        ),
        migrations.RunSQL(NOTE + CHECK, migrations.RunSQL.noop),
        migrations.RemoveConstraint("disclosure", SINCE),
        migrations.AddConstraint("disclosure", since(ended_noted_at=None)),
    ]
