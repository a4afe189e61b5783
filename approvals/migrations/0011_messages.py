"""办件里的消息；数据库守卫：发了就不改、不删，只记读了没有。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together

KEPT = """
CREATE FUNCTION approvals_message_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '消息发了就不能改、不能删，只记读了没有' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER approvals_message_pinned BEFORE UPDATE ON approvals_message FOR EACH ROW
  WHEN (OLD.read_at IS NOT NULL OR (OLD.case_id, OLD.by_applicant, OLD.author_id, OLD.text, OLD.sent_at)
        IS DISTINCT FROM (NEW.case_id, NEW.by_applicant, NEW.author_id, NEW.text, NEW.sent_at))
  EXECUTE FUNCTION approvals_message_kept();
CREATE TRIGGER approvals_message_kept BEFORE DELETE ON approvals_message FOR EACH ROW
  EXECUTE FUNCTION approvals_message_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0010_enquiries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("by_applicant", models.BooleanField(verbose_name="申请人发的")),
                        ("text", models.TextField(max_length=1000, verbose_name="内容")),
                        ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁发的",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁读的",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "办件消息",
                        "verbose_name_plural": "办件消息",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["case", "sent_at"], name="message_of_case"),
                            models.Index(
                                condition=models.Q(("by_applicant", True), ("read_at", None)),
                                fields=["case"],
                                name="message_unread",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="message_says_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("read_at__isnull", True), ("read_by__isnull", True)),
                                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="read_message_says_who_and_when",
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="upload",
                    name="message",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="approvals.message",
                        verbose_name="消息里附的",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(KEPT, "DROP FUNCTION approvals_message_kept() CASCADE;"),
    ]
