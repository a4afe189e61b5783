"""由代理人递交申请的委托书；信函、传真、电子邮件来的申请。"""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PINNED = import_module("approvals.migrations.0047_identity_documents").PINNED
BEFORE = PINNED.format("OLD.id_kind, ", "NEW.id_kind, ")
WITH_ITS_PAPER = PINNED.format("OLD.id_kind, OLD.paper, OLD.scan_id, ", "NEW.id_kind, NEW.paper, NEW.scan_id, ")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0064_rectifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="paper",
            field=models.CharField(
                blank=True,
                choices=[("original", "纸质原件"), ("scan", "扫描件")],
                db_default="",
                max_length=8,
                verbose_name="带来的委托书",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="scan",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.upload",
                verbose_name="委托书的扫描件",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="channel",
            field=models.CharField(
                choices=[
                    ("1", "窗口"),
                    ("2", "电脑端"),
                    ("3", "移动端"),
                    ("4", "信函（邮寄、快递）"),
                    ("5", "传真"),
                    ("6", "电子邮件"),
                ],
                max_length=1,
                verbose_name="申报来源",
            ),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="way",
            field=models.CharField(
                blank=True,
                choices=[
                    ("window", "窗口"),
                    ("online", "网上"),
                    ("post", "邮寄"),
                    ("fax", "传真"),
                    ("email", "电子邮件"),
                    ("system", "别的系统送来"),
                    ("again", "再用以前交的"),
                    ("shared", "部门共享获取"),
                ],
                max_length=10,
                verbose_name="怎样交来的",
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="scope",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("submit", "递交申请"),
                        ("supplement", "补交材料"),
                        ("contact", "留言、询问"),
                        ("hearing", "要求听证"),
                        ("withdraw", "撤回申请"),
                        ("collect", "领取结果"),
                    ],
                    max_length=12,
                    verbose_name="权限",
                ),
                size=None,
                verbose_name="委托权限",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope__contains", ["submit"]), _negated=True),
                    models.Q(("paper", ""), _negated=True),
                    _connector="OR",
                ),
                name="mandate_to_submit_has_its_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paper", "scan"), _negated=True), ("scan__isnull", False), _connector="OR"
                ),
                name="scanned_mandate_has_its_scan",
            ),
        ),
        migrations.RunSQL(WITH_ITS_PAPER, BEFORE),
    ]
