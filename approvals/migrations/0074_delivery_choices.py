"""申请人选的送达方式；寄出的记下收件人、电话。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import office.vault


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0073_handlers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="phone",
            field=office.vault.EncryptedTextField(blank=True, verbose_name="收件电话"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="receiver",
            field=office.vault.EncryptedTextField(blank=True, verbose_name="收件人"),
        ),
        migrations.CreateModel(
            name="DeliveryChoice",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="delivery_choice",
                        serialize=False,
                        to="approvals.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("window", "窗口领取"), ("express", "邮寄送达"), ("electronic", "电子送达")],
                        max_length=10,
                        verbose_name="选的方式",
                    ),
                ),
                ("receiver", office.vault.EncryptedTextField(blank=True, verbose_name="收件人")),
                ("phone", office.vault.EncryptedTextField(blank=True, verbose_name="收件电话")),
                ("address", office.vault.EncryptedTextField(blank=True, verbose_name="收件地址")),
                ("chosen_at", models.DateTimeField(verbose_name="选定于")),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "选的送达方式",
                "verbose_name_plural": "选的送达方式",
                "default_permissions": (),
            },
        ),
    ]
