"""科室负责人研究完了可以上报分管副局长。"""

from django.db import migrations

from office.stateful import guard_sql, unguard_sql

REPORT = [
    ("returned", "lapsed"),
    ("returned", "with_chief"),
    ("returned", "with_deputy"),
    ("returned", "with_director"),
    ("studying", "lapsed"),
    ("studying", "overturned"),
    ("studying", "sanctioned"),
    ("studying", "with_deputy"),
    ("studying", "with_director"),
    ("with_chief", "lapsed"),
    ("with_chief", "overturned"),
    ("with_chief", "returned"),
    ("with_chief", "studying"),
    ("with_chief", "with_deputy"),
    ("with_chief", "with_director"),
    ("with_deputy", "lapsed"),
    ("with_deputy", "overturned"),
    ("with_deputy", "returned"),
    ("with_deputy", "sanctioned"),
    ("with_deputy", "studying"),
    ("with_deputy", "with_director"),
    ("with_director", "lapsed"),
    ("with_director", "overturned"),
    ("with_director", "returned"),
    ("with_director", "sanctioned"),
    ("with_director", "studying"),
    ("with_director", "with_director"),
]
BEFORE = [pair for pair in REPORT if pair != ("studying", "with_deputy")]


def replaced(pairs):
    return unguard_sql("denials_report") + guard_sql("denials_report", "with_chief", pairs)


class Migration(migrations.Migration):
    dependencies = [("denials", "0002_guards")]
    operations = [migrations.RunSQL(replaced(REPORT), reverse_sql=replaced(BEFORE))]
