"""成批移交档案；数据库守卫：只走声明过的步。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.stateful import guard_sql, unguard_sql

TABLE, STEPS = "approvals_archivebatch", [("drawn", "acknowledged"), ("drawn", "dropped")]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_archivist"),
        ("approvals", "0068_hand_offs"),
        ("office", "0010_hand_offs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchiveBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="清册编号")),
                ("received_by", models.CharField(max_length=100, verbose_name="接收的档案部门")),
                (
                    "state",
                    models.CharField(
                        choices=[("drawn", "已列清册，等接收"), ("acknowledged", "已登记接收"), ("dropped", "作废")],
                        default="drawn",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("drawn_at", models.DateTimeField(verbose_name="列清册的时间")),
                ("receipt_number", models.CharField(blank=True, max_length=100, verbose_name="接收凭证号")),
                ("transferred_on", models.DateField(blank=True, null=True, verbose_name="移交日期")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="登记接收、作废的时间")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="为什么作废")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                        verbose_name="移交机关",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="列清册的人",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记接收、作废的人",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.paper",
                        verbose_name="移交清册",
                    ),
                ),
            ],
            options={
                "verbose_name": "档案移交清册",
                "verbose_name_plural": "档案移交清册",
                "default_permissions": (),
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ArchiveBatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("digest", models.CharField(max_length=64, verbose_name="SM3 摘要")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("files", models.PositiveIntegerField(verbose_name="包里几个文件")),
                ("difference", models.CharField(blank=True, max_length=300, verbose_name="接收时的差异")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="差异了结的时间")),
                ("settlement", models.CharField(blank=True, max_length=300, verbose_name="差异怎样了结")),
                (
                    "archive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="approvals.archive",
                        verbose_name="档案",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="approvals.archivebatch",
                        verbose_name="清册",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="差异由谁负责",
                    ),
                ),
            ],
            options={
                "verbose_name": "移交清册的各件",
                "verbose_name_plural": "移交清册的各件",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="archivebatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "acknowledged"), _negated=True),
                    models.Q(
                        ("ended_by__isnull", False),
                        ("transferred_on__isnull", False),
                        models.Q(("receipt_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="acknowledged_batch_names_its_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivebatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dropped"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="dropped_batch_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivebatchline",
            constraint=models.UniqueConstraint(fields=("batch", "archive"), name="package_is_listed_once_in_a_batch"),
        ),
        migrations.AddConstraint(
            model_name="archivebatchline",
            constraint=models.CheckConstraint(
                condition=models.Q(("difference", ""), ("owner__isnull", False), _connector="OR"),
                name="difference_in_a_batch_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivebatchline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at", None),
                    models.Q(models.Q(("settlement", ""), _negated=True), models.Q(("difference", ""), _negated=True)),
                    _connector="OR",
                ),
                name="settled_difference_says_how",
            ),
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE approvals_archive_batch_number", "DROP SEQUENCE approvals_archive_batch_number"
        ),
        migrations.RunSQL(guard_sql(TABLE, "drawn", STEPS), unguard_sql(TABLE)),
    ]
