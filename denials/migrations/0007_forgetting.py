"""销毁：档案记作已销毁的那一件，不行权登记里的姓名、联系方式才许清空。"""

from django.db import migrations

from office.stateful import append_only_sql, forgetting_sql

TABLE = "denials_registerentry"
COLUMNS = ("applicant_name", "applicant_contact")


class Migration(migrations.Migration):
    dependencies = [("denials", "0006_true_from_the_start"), ("approvals", "0032_forgetting")]
    operations = [
        migrations.RunSQL(
            forgetting_sql(TABLE, COLUMNS, "approvals_case_forgotten(OLD.case_id)"),
            append_only_sql(TABLE).partition("CREATE TRIGGER")[0],
        ),
    ]
