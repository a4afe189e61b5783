"""移交：清单、移交、差异；数据库守着“一件办件任何时候恰在一个单位手里”。

- approvals_transfer_from：移交从办件此刻所在的单位开始；
- approvals_case_hands：办件换手，同一事务里必有从原单位到新单位、刚刚签收的一次移交；
- approvals_transfer_arrives：签收了的移交，件就在接收单位手里，或者已经从那里再往下走。
"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

BATCH = [
    ("draft", "called_off"),
    ("draft", "sent"),
    ("sent", "called_off"),
    ("sent", "finished"),
]
TRANSFER = [
    ("sent", "recalled"),
    ("sent", "signed_in"),
    ("sent", "turned_back"),
    ("waiting", "recalled"),
    ("waiting", "sent"),
    ("waiting", "signed_in"),
]
HANDS = """
CREATE FUNCTION approvals_transfer_from() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF (SELECT unit_id FROM approvals_case WHERE id = NEW.case_id) IS DISTINCT FROM NEW.from_unit_id THEN
    RAISE EXCEPTION 'approvals_transfer: case % is not in the hands of unit %', NEW.case_id, NEW.from_unit_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_transfer_from BEFORE INSERT OR UPDATE OF case_id, from_unit_id ON approvals_transfer
  FOR EACH ROW EXECUTE FUNCTION approvals_transfer_from();
CREATE FUNCTION approvals_case_hands() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM approvals_transfer t
      JOIN office_entry e ON e.subject_type = 'approvals.transfer' AND e.subject_key = t.id::text
     WHERE t.case_id = NEW.id AND t.from_unit_id = OLD.unit_id AND t.to_unit_id = NEW.unit_id
       AND t.state = 'signed_in' AND e.after = 'signed_in' AND e.before <> e.after
       AND e.xid = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'approvals_case: case % moved from unit % to % without a transfer signed in',
      NEW.id, OLD.unit_id, NEW.unit_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE CONSTRAINT TRIGGER approvals_case_hands AFTER UPDATE OF unit_id ON approvals_case DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION approvals_case_hands();
CREATE FUNCTION approvals_transfer_arrives() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF (SELECT unit_id FROM approvals_case WHERE id = NEW.case_id) IS DISTINCT FROM NEW.to_unit_id
     AND NOT EXISTS (SELECT 1 FROM approvals_transfer t WHERE t.case_id = NEW.case_id AND t.id > NEW.id
                     AND t.from_unit_id = NEW.to_unit_id) THEN
    RAISE EXCEPTION 'approvals_transfer: % is signed in, but case % did not arrive', NEW.id, NEW.case_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE CONSTRAINT TRIGGER approvals_transfer_arrives AFTER UPDATE OF state ON approvals_transfer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'signed_in' AND OLD.state <> 'signed_in')
  EXECUTE FUNCTION approvals_transfer_arrives();
"""
NO_HANDS = """
DROP FUNCTION approvals_transfer_from() CASCADE;
DROP FUNCTION approvals_case_hands() CASCADE;
DROP FUNCTION approvals_transfer_arrives() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_three_levels"),
        ("approvals", "0012_finding_cases"),
        ("office", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("deemed", "未按时一次性告知，视为受理"),
                    ("statutory", "超过法定时限(红牌)"),
                    ("promised", "超过承诺时限(黄牌)"),
                    ("delivery", "超期未送达"),
                    ("deferred", "容缺材料逾期未补"),
                    ("transit", "移交逾期未签收"),
                    ("procedure", "特别程序超过期限"),
                    ("hearing", "没有按期组织听证"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="清单编号")),
                        ("day", models.DateField(verbose_name="移交日期")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "拟交"),
                                    ("sent", "在途"),
                                    ("finished", "签收完毕"),
                                    ("called_off", "已取消"),
                                ],
                                default="draft",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("drawn_at", models.DateTimeField(verbose_name="拟定时间")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="签出时间")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="签收完毕时间")),
                        (
                            "drawn_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="拟定人",
                            ),
                        ),
                        (
                            "finished_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="签收人",
                            ),
                        ),
                        (
                            "from_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches_out",
                                to="agencies.unit",
                                verbose_name="交出单位",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches",
                                to="agencies.weeklyrun",
                                verbose_name="周历",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="签出人",
                            ),
                        ),
                        (
                            "to_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches_in",
                                to="agencies.unit",
                                verbose_name="接收单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "移交清单",
                        "verbose_name_plural": "移交清单",
                        "indexes": [
                            models.Index(fields=["from_unit", "-day"], name="batch_going_out"),
                            models.Index(fields=["to_unit", "-day"], name="batch_coming_in"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "day"), name="one_proposed_batch_a_run"),
                            models.CheckConstraint(
                                condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                                name="batch_goes_elsewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["sent", "finished"]), _negated=True),
                                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="sent_batch_says_who_and_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "finished"), _negated=True),
                                    models.Q(("finished_at__isnull", False), ("finished_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="finished_batch_says_who_and_when",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "leg",
                            models.CharField(
                                choices=[("forward", "转办"), ("back", "回复")], max_length=8, verbose_name="环节"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待交出"),
                                    ("sent", "在途"),
                                    ("signed_in", "已签收"),
                                    ("recalled", "已撤回"),
                                    ("turned_back", "已退回"),
                                ],
                                default="waiting",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="转出时间")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="签出时间")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="签收期限")),
                        ("signed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="签收时间")),
                        (
                            "ended_because",
                            models.CharField(blank=True, max_length=200, verbose_name="撤回或退回的原因"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="approvals.batch",
                                verbose_name="清单",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="转出人",
                            ),
                        ),
                        (
                            "from_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers_out",
                                to="agencies.unit",
                                verbose_name="交出单位",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="签出人",
                            ),
                        ),
                        (
                            "signed_in_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="签收人",
                            ),
                        ),
                        (
                            "to_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers_in",
                                to="agencies.unit",
                                verbose_name="接收单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "移交",
                        "verbose_name_plural": "移交",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "sent"))),
                                fields=["from_unit", "to_unit"],
                                name="transfer_going_out",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "sent"))),
                                fields=["to_unit", "state"],
                                name="transfer_coming_in",
                            ),
                            models.Index(
                                condition=models.Q(("state", "sent")), fields=["due_at"], name="transfer_sign_in_due"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("waiting", "sent"))),
                                fields=("case",),
                                name="one_open_transfer_per_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                                name="transfer_goes_elsewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("sent_at__isnull", False),
                                        ("sent_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="sent_transfer_says_who_and_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "signed_in"), _negated=True),
                                    models.Q(("signed_in_at__isnull", False), ("signed_in_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="signed_in_transfer_says_who_and_when",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="Difference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("missing", "清单上有，没有收到"),
                                    ("extra", "清单上没有，收到了"),
                                    ("wrong", "不该交来，退回"),
                                    ("defect", "签收了，材料不符"),
                                    ("lost", "逾期未签收"),
                                ],
                                max_length=8,
                                verbose_name="种类",
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("noted_at", models.DateTimeField(verbose_name="发现时间")),
                        ("due_at", models.DateTimeField(verbose_name="处理期限")),
                        ("climbed_at", models.DateTimeField(blank=True, null=True, verbose_name="上交时间")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                        ("settlement", models.CharField(blank=True, max_length=300, verbose_name="怎样处理的")),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="differences",
                                to="approvals.batch",
                                verbose_name="清单",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="differences",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "from_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agencies.unit",
                                verbose_name="交出单位",
                            ),
                        ),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="发现人",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="differences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="责任人",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="处理人",
                            ),
                        ),
                        (
                            "to_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agencies.unit",
                                verbose_name="接收单位",
                            ),
                        ),
                        (
                            "transfer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="differences",
                                to="approvals.transfer",
                                verbose_name="移交",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "移交差异",
                        "verbose_name_plural": "移交差异",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("settled_at", None)), fields=["due_at"], name="difference_open"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("transfer__isnull", False)),
                                fields=("transfer", "kind"),
                                name="one_difference_of_a_kind",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "extra")),
                                fields=("batch", "case"),
                                name="one_extra_case_per_batch",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("settled_at", None),
                                    models.Q(
                                        ("settled_by__isnull", False), models.Q(("settlement", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="settled_difference_says_who_and_how",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL("CREATE SEQUENCE approvals_batch_number", "DROP SEQUENCE approvals_batch_number"),
        migrations.RunSQL(guard_sql("approvals_batch", "draft", BATCH), unguard_sql("approvals_batch")),
        migrations.RunSQL(guard_sql("approvals_transfer", "waiting", TRANSFER), unguard_sql("approvals_transfer")),
        migrations.RunSQL(HANDS, NO_HANDS),
    ]
