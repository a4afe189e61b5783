"""逾期未补正的终止也要送达：从前终止的，补上谁在何时终止的；数据库守卫放行“终止以后送达”这一步。"""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

guard = import_module("approvals.migrations.0046_renewals").guard
BEFORE = import_module("approvals.migrations.0068_hand_offs").AFTER
DECIDED = ["granted", "refused", "not_accepted", "lapsed", "terminated", "delivered"]
NAME = "decided_case_says_who_and_when"
ENDED_BY = """
ALTER TABLE approvals_case DISABLE TRIGGER USER;
UPDATE approvals_case c SET decided_at = e.at, decided_by_id = e.by_id
  FROM office_entry e
  WHERE c.state = 'lapsed' AND c.decided_at IS NULL AND e.subject_type = 'approvals.case'
    AND e.subject_key = c.id::text AND e.verb = 'approvals.case.lapse';
ALTER TABLE approvals_case ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_duty_swaps"),
        ("approvals", "0079_brought_online"),
        ("catalog", "0029_filings_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(guard([*BEFORE, ("lapsed", "delivered")]), guard(BEFORE)),
        migrations.RunSQL(ENDED_BY, migrations.RunSQL.noop),
        migrations.RemoveConstraint("case", NAME),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=models.Q(("state__in", DECIDED), _negated=True)
                | models.Q(
                    ("decided_at__isnull", False),
                    ("decided_by__isnull", False),
                    models.Q(("outcome", ""), _negated=True),
                ),
                name=NAME,
            ),
        ),
    ]
