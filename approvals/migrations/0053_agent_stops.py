"""停止代办：停了的代办员手上的委托解除；没有等到同意就辞去、解除的，不要求写怎样同意的。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

STATES = [
    ("asked", "等申请人同意"),
    ("running", "已生效"),
    ("declined", "申请人没有同意"),
    ("revoked", "申请人已收回"),
    ("resigned", "代办人已辞去"),
    ("expired", "已到期"),
    ("relieved", "代办员停办，已解除"),
]
BEFORE = [
    ("asked", "declined"),
    ("asked", "expired"),
    ("asked", "resigned"),
    ("asked", "running"),
    ("running", "expired"),
    ("running", "resigned"),
    ("running", "revoked"),
]
PAIRS = [*BEFORE, ("asked", "relieved"), ("running", "relieved")]
# 停了谁、凭什么、停到哪天不改；恢复写一次。
KEPT = """
CREATE FUNCTION approvals_agentstop_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  once text[] := ARRAY['lifted_at', 'lifted_by_id', 'lifted_why'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '停止代办的记录不能删' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.lifted_at IS NOT NULL OR to_jsonb(NEW) - once IS DISTINCT FROM to_jsonb(OLD) - once THEN
    RAISE EXCEPTION '停止代办的记录写下了就不能改' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approvals_agentstop_kept BEFORE UPDATE OR DELETE ON approvals_agentstop
  FOR EACH ROW EXECUTE FUNCTION approvals_agentstop_kept();
"""


def guarded(pairs: list[tuple[str, str]]) -> str:
    return unguard_sql("approvals_mandate") + guard_sql("approvals_mandate", "asked", pairs)


def person(label: str, **more: object) -> models.ForeignKey:
    told = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}
    return models.ForeignKey(verbose_name=label, **{**told, **more})


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0052_bars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("mandate", "running_mandate_says_how_the_applicant_consented"),
        migrations.AlterField(
            "mandate", "state", models.CharField("状态", choices=STATES, default="asked", max_length=50)
        ),
        migrations.AddConstraint(
            "mandate",
            models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "declined", "expired", "resigned", "relieved"]),
                    models.Q(("consented_at__isnull", False), models.Q(("consent", ""), _negated=True)),
                    _connector="OR",
                ),
                name="running_mandate_says_how_the_applicant_consented",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="AgentStop",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_at", models.DateTimeField("起")),
                        (
                            "until",
                            models.DateField("停到哪天（含）", null=True, blank=True, help_text="空着的是取消资格。"),
                        ),
                        ("basis", models.CharField("凭什么", max_length=200)),
                        ("lifted_at", models.DateTimeField("恢复时间", null=True, blank=True)),
                        ("lifted_why", models.CharField("为什么恢复", max_length=200, blank=True)),
                        ("lifted_by", person("恢复的人", null=True, blank=True)),
                        ("made_by", person("定的人")),
                        ("user", person("代办员", related_name="agent_stops")),
                    ],
                    options={
                        "verbose_name": "停止代办",
                        "verbose_name_plural": "停止代办",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("basis", ""), _negated=True), name="agent_stop_says_on_what_basis"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at", None), ("until", None)),
                                fields=("user",),
                                name="an_agent_is_struck_off_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lifted_at", None), ("lifted_by", None), ("lifted_why", "")),
                                    models.Q(
                                        ("lifted_at__isnull", False),
                                        ("lifted_by__isnull", False),
                                        models.Q(("lifted_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_lifted_agent_stop_says_who_when_and_why",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(guarded(PAIRS), guarded(BEFORE)),
        migrations.RunSQL(KEPT, "DROP FUNCTION approvals_agentstop_kept() CASCADE;"),
    ]
