"""数据库守卫:办件的状态只走声明过的步;依据与亮牌只增不改;办件编号的流水。

依据是否真实由 denials 的守卫核实(那里才认得报告与先例)。
"""

from django.db import migrations

from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

CASE = [
    ("accepted", "granted"),
    ("accepted", "refused"),
    ("accepted", "reviewing"),
    ("accepted", "withdrawn"),
    ("correcting", "lapsed"),
    ("correcting", "not_accepted"),
    ("correcting", "received"),
    ("correcting", "withdrawn"),
    ("delivered", "closed"),
    ("granted", "delivered"),
    ("not_accepted", "delivered"),
    ("received", "accepted"),
    ("received", "correcting"),
    ("received", "not_accepted"),
    ("received", "withdrawn"),
    ("refused", "delivered"),
    ("reviewed", "granted"),
    ("reviewed", "refused"),
    ("reviewed", "withdrawn"),
    ("reviewing", "refused"),
    ("reviewing", "reviewed"),
    ("reviewing", "withdrawn"),
]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("office", "0002_guards")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE approvals_case_number", "DROP SEQUENCE approvals_case_number"),
        migrations.RunSQL(guard_sql("approvals_case", "received", CASE), unguard_sql("approvals_case")),
        migrations.RunSQL(append_only_sql("approvals_ground"), open_up_sql("approvals_ground")),
        migrations.RunSQL(append_only_sql("approvals_flag"), open_up_sql("approvals_flag")),
    ]
