"""不能网办的批准、它的备案、特别程序的备案：登记了不改，错了再登记一笔；数据库拦着。"""

from django.db import migrations

from office.stateful import append_only_sql, open_up_sql

TABLES = ("catalog_onlineexception", "catalog_exceptionfiling", "catalog_procedurefiling")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0028_guide_decider")]

    operations = [migrations.RunSQL(append_only_sql(table), open_up_sql(table)) for table in TABLES]
