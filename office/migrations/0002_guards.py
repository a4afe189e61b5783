"""数据库守卫:日志只增不改;文书与通知的状态只走声明过的步。"""

from django.db import migrations

from office.papers.guards import PIN_SQL, UNPIN_SQL
from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

PAPER = [
    ("delivered", "voided"),
    ("ordered", "rendered"),
    ("ordered", "voided"),
    ("rendered", "delivered"),
    ("rendered", "sealed"),
    ("rendered", "voided"),
    ("sealed", "delivered"),
    ("sealed", "voided"),
]
NOTICE = [
    ("failed", "cancelled"),
    ("failed", "queued"),
    ("queued", "cancelled"),
    ("queued", "failed"),
    ("queued", "sent"),
]


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    operations = [
        migrations.RunSQL(append_only_sql("office_entry"), open_up_sql("office_entry")),
        migrations.RunSQL(append_only_sql("office_calendarchange"), open_up_sql("office_calendarchange")),
        migrations.RunSQL(guard_sql("office_paper", "ordered", PAPER), unguard_sql("office_paper")),
        migrations.RunSQL(PIN_SQL, UNPIN_SQL),
        migrations.RunSQL(guard_sql("office_notice", "queued", NOTICE), unguard_sql("office_notice")),
    ]
