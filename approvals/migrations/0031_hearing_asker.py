"""听证是谁要求的；利害关系人看自己文书的查询码。"""

import django.db.models.deletion
from django.db import migrations, models

import office.vault
from office.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0030_set_aside_served"),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="hearing",
                    name="party",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="空着的是申请人要求的，或者依职权举行。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings_asked",
                        to="approvals.party",
                        verbose_name="要求听证的利害关系人",
                    ),
                ),
                migrations.AddField(
                    model_name="party",
                    name="code",
                    field=office.vault.EncryptedTextField(blank=True, verbose_name="看文书的查询码"),
                ),
                migrations.AddField(
                    model_name="party",
                    name="code_index",
                    field=models.CharField(
                        blank=True, db_index=True, editable=False, max_length=64, verbose_name="看文书的查询码盲索引"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hearing",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("party", None),
                            models.Q(("ex_officio", False), ("requested_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="hearing_asked_by_a_party_was_asked_for",
                    ),
                ),
            ]
        ),
    ]
