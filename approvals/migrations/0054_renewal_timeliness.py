"""延续按时没有，照哪天申请的看；视为准予的，看现在顶着原证照编号的那一本还算不算数。"""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("approvals.migrations.0046_renewals").DEEMED
FUNCTION = BEFORE.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OLD = """EXISTS (
    SELECT 1 FROM approvals_priorcertificate p JOIN approvals_certificate c ON c.id = p.certificate_id
    WHERE p.case_id = NEW.id AND p.lapses_at <= NEW.decided_at AND c.ended_as = '');"""
NEW = """EXISTS (
    WITH RECURSIVE line AS (
      SELECT c.id, c.ended_as, c.current
      FROM approvals_priorcertificate p JOIN approvals_certificate c ON c.id = p.certificate_id
      WHERE p.case_id = NEW.id AND p.lapses_at <= NEW.decided_at
      UNION
      SELECT n.id, n.ended_as, n.current FROM approvals_certificate n JOIN line ON n.replaces_id = line.id)
    SELECT 1 FROM line WHERE current AND ended_as = '');"""
FILL = """
UPDATE approvals_priorcertificate p SET applied_on = (c.received_at AT TIME ZONE 'Asia/Shanghai')::date
FROM approvals_case c WHERE c.id = p.case_id;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0053_agent_stops")]

    operations = [
        migrations.AddField("priorcertificate", "applied_on", models.DateField("哪天申请的", null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "priorcertificate",
            "applied_on",
            models.DateField("哪天申请的", help_text="照它看按时没有：收件那天；机关改正以后另收的，是原来收件那天。"),
        ),
        migrations.AlterField(
            "priorcertificate",
            "lapses_at",
            models.DateTimeField(
                "届满的时刻(不含)",
                null=True,
                blank=True,
                help_text="按时申请的延续才有：到这一刻没有决定的，视为准予；到了这一刻没有视为准予的清空。",
            ),
        ),
        migrations.RunSQL(FUNCTION.replace(OLD, NEW), FUNCTION),
    ]
