"""更正登记的信息；做了的更正不能改、不能删，那一件销毁了才放行清空。"""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault

kept = import_module("approvals.migrations.0032_forgetting").kept
KEPT = (
    kept("approvals_rectification_kept", "OLD.case_id", "更正做了就不能改、不能删", forgets=True)
    + """
CREATE TRIGGER approvals_rectification_pinned BEFORE UPDATE ON approvals_rectification FOR EACH ROW
  WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION approvals_rectification_kept();
CREATE TRIGGER approvals_rectification_kept BEFORE DELETE ON approvals_rectification FOR EACH ROW
  EXECUTE FUNCTION approvals_rectification_kept();
"""
)
NOT_KEPT = "DROP FUNCTION approvals_rectification_kept() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0063_issue_specialist"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="confirmation",
            name="matter",
            field=models.CharField(
                choices=[
                    ("entry", "代为录入"),
                    ("amend", "当场更正"),
                    ("rectify", "更正登记的信息"),
                    ("deferral", "容缺受理承诺"),
                    ("withdraw", "撤回申请"),
                ],
                max_length=10,
                verbose_name="确认什么",
            ),
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("name", "姓名或名称"),
                                ("id_kind", "证件类型"),
                                ("id_number", "证件号码"),
                                ("contact_name", "联系人"),
                                ("phone", "联系电话"),
                                ("address", "地址"),
                            ],
                            max_length=12,
                            verbose_name="栏",
                        ),
                        size=None,
                        verbose_name="更正了哪几栏",
                    ),
                ),
                ("told", office.vault.EncryptedJSONField(default=dict, verbose_name="原来的和现在的")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("entered", "登记时录入错了"),
                            ("stated", "申请人填错了"),
                            ("changed", "申请人的信息变了"),
                        ],
                        max_length=8,
                        verbose_name="为什么更正",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "code_index",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="验证码盲索引"),
                ),
                ("code_until", models.DateTimeField(blank=True, null=True, verbose_name="验证码到何时有效")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="试错次数")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "申请人确认"),
                            ("checked", "窗口核对了证件原件"),
                            ("new_phone", "本人登录，新手机号收到的验证码"),
                            ("account", "本人登录"),
                        ],
                        max_length=9,
                        verbose_name="凭什么生效",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="更正时间")),
                ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="不再更正于")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对证件的人",
                    ),
                ),
                (
                    "confirmation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectification",
                        to="approvals.confirmation",
                        verbose_name="申请人的确认",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记信息的更正",
                "verbose_name_plural": "登记信息的更正",
                "default_permissions": (),
                "indexes": [models.Index(fields=["case", "-asked_at"], name="rectification_of_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("columns__len__gt", 0)), name="rectification_says_which_columns"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("way", "")),
                            models.Q(
                                ("done_at__isnull", False), ("dropped_at", None), models.Q(("way", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="rectified_says_how_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "checked"), _negated=True), ("checked_by__isnull", False), _connector="OR"
                        ),
                        name="checked_rectification_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "confirmed"), _negated=True),
                            ("confirmation__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_rectification_has_its_confirmation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("columns__overlap", ["name", "id_kind", "id_number"]), _negated=True),
                            ("way__in", ["", "confirmed"]),
                            _connector="OR",
                        ),
                        name="identity_is_rectified_by_the_applicants_confirmation",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
