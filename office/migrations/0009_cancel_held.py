"""留待摘要的也可以取消：收件人撤了邮箱，或者这一件已经销毁。"""

from importlib import import_module

from django.db import migrations

digests = import_module("office.migrations.0005_digests")
NOTICE = sorted([*digests.NOTICE, ("held", "cancelled")])


class Migration(migrations.Migration):
    dependencies = [("office", "0008_peer_may_apply")]

    operations = [
        migrations.RunSQL(digests.replaced(NOTICE), reverse_sql=digests.replaced(digests.NOTICE)),
    ]
