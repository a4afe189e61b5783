"""隐瞒、虚假材料的认定作不作数，由审定的领导定：依据上写明成立的，才有一年内不得再次申请。"""

from importlib import import_module

from django.db import migrations, models

before = import_module("approvals.migrations.0052_bars")
WAS = before.GUARDS.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NOW = WAS.replace("AND g.kind = 'report'", "AND g.kind = 'report' AND g.concealed")
# 先前经报告不予、认定还在的，决定书已经照成立写了；依据只增不改，补写这一次要放行
SETTLED = """
ALTER TABLE approvals_ground DISABLE TRIGGER USER;
UPDATE approvals_ground g SET concealed = true
  FROM approvals_case c JOIN approvals_concealment f ON f.case_id = c.id
  WHERE c.ground_id = g.id AND c.outcome = 'refused' AND g.kind = 'report';
ALTER TABLE approvals_ground ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0061_reviews_again")]

    operations = [
        migrations.AddField(
            "ground",
            "concealed",
            models.BooleanField("隐瞒、虚假材料的认定，领导审定成立", default=False, db_default=False),
        ),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "ground",
            models.CheckConstraint(
                condition=models.Q(("concealed", False), ("kind", "report"), _connector="OR"),
                name="only_a_report_settles_concealment",
            ),
        ),
        migrations.RunSQL(NOW, WAS),
    ]
