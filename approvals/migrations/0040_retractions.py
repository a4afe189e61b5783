"""依职权撤回、撤销、注销。数据库守卫：没有领导核准，证照不能撤回、撤销、吊销；注销要有注销的一行；失效了不能改回。"""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import append_only_sql, forgetting_sql, guard_sql, open_up_sql, unguard_sql

PAIRS = [
    ("proposed", "hearing"),
    ("proposed", "asked"),
    ("proposed", "dropped"),
    ("hearing", "asked"),
    ("hearing", "dropped"),
    ("asked", "hearing"),
    ("asked", "decided"),
    ("asked", "done"),
    ("asked", "kept"),
    ("decided", "done"),
]
SANCTIONED = """
CREATE FUNCTION approvals_retraction_sanctioned() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF (NEW.case_id, NEW.kind, NEW.ground, NEW.proposed_by_id) IS DISTINCT FROM
     (OLD.case_id, OLD.kind, OLD.ground, OLD.proposed_by_id) THEN
    RAISE EXCEPTION 'retraction %: what was proposed is settled', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state IN ('decided', 'done', 'kept') AND (NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM
     (OLD.decided_by_id, OLD.decided_at) THEN
    RAISE EXCEPTION 'retraction %: who sanctioned it is settled', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state = 'asked' AND NEW.state IN ('decided', 'done', 'kept') AND NOT EXISTS (
    SELECT 1 FROM agencies_holding h JOIN agencies_post p ON p.id = h.post_id JOIN agencies_unit u ON u.id = p.unit_id
      JOIN approvals_case c ON c.id = NEW.case_id
    WHERE h.user_id = NEW.decided_by_id AND h.from_at <= NEW.decided_at
      AND (h.to_at IS NULL OR h.to_at > NEW.decided_at)
      AND (p.role = 'director' AND u.agency_id = c.agency_id
           OR p.role = 'deputy' AND EXISTS (SELECT 1 FROM agencies_portfolio f
                                            WHERE f.post_id = p.id AND f.unit_id = c.section_id))
  ) THEN
    RAISE EXCEPTION 'retraction %: not sanctioned by a leader', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_retraction_sanctioned BEFORE UPDATE ON approvals_retraction
  FOR EACH ROW EXECUTE FUNCTION approvals_retraction_sanctioned();

CREATE FUNCTION approvals_certificate_ended() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
  was varchar := '';
  found boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    was := OLD.ended_as;
  END IF;
  IF NEW.ended_as = was THEN
    RETURN NEW;
  END IF;
  IF was <> '' THEN
    RAISE EXCEPTION 'certificate %: its end is settled', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.ended_as = 'cancelled' THEN
    found := EXISTS (SELECT 1 FROM approvals_cancellation WHERE case_id = NEW.case_id);
  ELSE
    found := EXISTS (SELECT 1 FROM approvals_retraction
                     WHERE case_id = NEW.case_id AND kind = NEW.ended_as AND state = 'done')
      OR NEW.ended_as = 'revoked' AND EXISTS (SELECT 1 FROM approvals_pledge
                                              WHERE case_id = NEW.case_id AND state = 'revoked'
                                              AND served_at IS NOT NULL);
  END IF;
  IF NOT found THEN
    RAISE EXCEPTION 'certificate %: % without authority', NEW.id, NEW.ended_as USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER approvals_certificate_ended BEFORE INSERT OR UPDATE ON approvals_certificate
  FOR EACH ROW EXECUTE FUNCTION approvals_certificate_ended();
"""
UNSANCTIONED = """
DROP FUNCTION approvals_certificate_ended() CASCADE;
DROP FUNCTION approvals_retraction_sanctioned() CASCADE;
"""
FORGETS = ("facts", "basis"), "approvals_case_forgotten(OLD.case_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "__first__"),
        ("agencies", "0002_three_levels"),
        ("approvals", "0039_review_steps"),
        ("office", "0008_peer_may_apply"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delivery",
            name="one_delivery_on_the_way_per_case",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="a_case_is_received_once",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="a_delivery_is_of_one_letter",
        ),
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
                    ("pledge", "承诺的事后核查逾期"),
                    ("retraction", "撤回、撤销逾期没有审定"),
                    ("second", "第二次告知，我们的差错"),
                    ("review", "这一级审查超过期限"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="Retraction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retractions",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("withdrawn", "撤回"), ("revoked", "撤销"), ("taken", "吊销")],
                                max_length=10,
                                verbose_name="怎样收回",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("law", "所依据的法律、法规、规章修改或者废止"),
                                    ("facts", "所依据的客观情况发生重大变化"),
                                    ("misuse", "工作人员滥用职权、玩忽职守作出准予"),
                                    ("beyond", "超越法定职权作出准予"),
                                    ("procedure", "违反法定程序作出准予"),
                                    ("unqualified", "申请人不具备申请资格或者不符合法定条件"),
                                    ("other", "依法可以撤销的其他情形"),
                                    ("deceit", "以欺骗、贿赂等不正当手段取得"),
                                    ("elsewhere", "别的机关的、以前纸质的文书已经定了"),
                                ],
                                max_length=12,
                                verbose_name="凭什么",
                            ),
                        ),
                        (
                            "requested_by",
                            models.CharField(
                                blank=True,
                                help_text="空着是依职权。",
                                max_length=120,
                                verbose_name="哪个利害关系人请求的",
                            ),
                        ),
                        ("facts", models.TextField(verbose_name="查明的事实")),
                        ("reasons", models.TextField(verbose_name="理由")),
                        ("basis", models.TextField(verbose_name="依据")),
                        ("public_interest", models.TextField(blank=True, verbose_name="为了什么公共利益")),
                        ("redress", models.TextField(blank=True, verbose_name="补偿、赔偿怎样办")),
                        ("document", models.CharField(blank=True, max_length=200, verbose_name="别处的文书")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="别处的文书定的失效日期")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "等送达告知书"),
                                    ("hearing", "听取陈述、申辩"),
                                    ("asked", "等领导审定"),
                                    ("decided", "已决定，等送达"),
                                    ("done", "已生效"),
                                    ("kept", "审定：不收回"),
                                    ("dropped", "不再提出"),
                                ],
                                default="proposed",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="提出人",
                            ),
                        ),
                        ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="告知书送达时间")),
                        ("hear_due_at", models.DateTimeField(blank=True, null=True, verbose_name="陈述申辩的期限")),
                        ("heard", models.TextField(blank=True, verbose_name="陈述申辩的情况和采纳与否")),
                        ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="上报时间")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="上报人",
                            ),
                        ),
                        ("sent_back", models.TextField(blank=True, verbose_name="领导退回要补什么")),
                        ("decision", models.TextField(blank=True, verbose_name="审定意见")),
                        (
                            "keep_why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("heard", "采纳陈述、申辩"),
                                    ("unproven", "事实不清，理由不成立"),
                                    ("unneeded", "可以不收回"),
                                    ("harm", "可能对公共利益造成重大损害（第六十九条第三款）"),
                                ],
                                max_length=10,
                                verbose_name="为什么不收回",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="审定人",
                            ),
                        ),
                        ("served_at", models.DateTimeField(blank=True, null=True, verbose_name="决定书送达时间")),
                        ("dropped_reason", models.TextField(blank=True, verbose_name="为什么不再提出")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="此刻这一步的期限")),
                    ],
                    options={
                        "verbose_name": "撤回、撤销",
                        "verbose_name_plural": "撤回、撤销",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("proposed", "hearing", "asked", "decided"))),
                                fields=["case"],
                                name="retraction_in_hand",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("proposed", "hearing", "asked", "decided", "done"))),
                                fields=("case",),
                                name="one_retraction_per_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("facts", ""), _negated=True),
                                    models.Q(("reasons", ""), _negated=True),
                                    models.Q(("basis", ""), _negated=True),
                                ),
                                name="retraction_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ground", "elsewhere"),
                                    models.Q(("ground__in", ("law", "facts")), ("kind", "withdrawn")),
                                    models.Q(
                                        (
                                            "ground__in",
                                            ["misuse", "beyond", "procedure", "unqualified", "other", "deceit"],
                                        ),
                                        ("kind", "revoked"),
                                    ),
                                    _connector="OR",
                                ),
                                name="retraction_ground_fits_its_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ground__in", ("law", "facts")), _negated=True),
                                    models.Q(("public_interest", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="withdrawal_serves_the_public",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "ground__in",
                                            ("law", "facts", "misuse", "beyond", "procedure", "unqualified", "other"),
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(("redress", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="retraction_considers_redress",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ground", "deceit"), _negated=True), ("redress", ""), _connector="OR"
                                ),
                                name="deceit_is_not_redressed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_on__isnull", False),
                                        ("ground", "elsewhere"),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("ground", "elsewhere"), _negated=True),
                                        ("document", ""),
                                        ("ended_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="decided_elsewhere_names_its_document",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["proposed", "dropped"]),
                                    ("ground", "elsewhere"),
                                    models.Q(
                                        ("hear_due_at__gt", models.F("told_at")),
                                        ("hear_due_at__isnull", False),
                                        ("told_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="holder_is_told_before_retraction",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["asked", "decided", "done", "kept"]), _negated=True),
                                    models.Q(
                                        ("asked_at__isnull", False),
                                        ("asked_by__isnull", False),
                                        models.Q(
                                            ("ground", "elsewhere"),
                                            models.Q(
                                                models.Q(("heard", ""), _negated=True),
                                                ("asked_at__gte", models.F("hear_due_at")),
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="holder_is_heard_before_retraction",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["decided", "done", "kept"]), _negated=True),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decision", ""), _negated=True),
                                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="retraction_is_sanctioned_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("ground", "elsewhere"),
                                    models.Q(("served_at__gte", models.F("decided_at")), ("served_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="retraction_takes_effect_when_served",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(models.Q(("state", "kept"), _negated=True), ("keep_why", "")),
                                    models.Q(
                                        ("state", "kept"),
                                        models.Q(("keep_why", ""), _negated=True),
                                        models.Q(("ground", "deceit"), ("keep_why", "unneeded"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="kept_grant_says_why",
                            ),
                        ],
                    },
                    bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
                ),
                migrations.CreateModel(
                    name="Cancellation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cancellation",
                                to="approvals.case",
                                verbose_name="办件",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("expired", "有效期届满未延续"),
                                    ("died", "被许可的公民死亡或者丧失行为能力"),
                                    ("dissolved", "法人或者其他组织依法终止"),
                                    ("retracted", "已依法撤销、撤回或者吊销"),
                                    ("impossible", "因不可抗力无法实施"),
                                    ("other", "法律、法规规定的其他情形"),
                                ],
                                max_length=12,
                                verbose_name="哪一种情形",
                            ),
                        ),
                        ("cancelled_on", models.DateField(verbose_name="从哪天起注销")),
                        ("facts", models.TextField(verbose_name="情况")),
                        ("basis", models.CharField(max_length=200, verbose_name="凭什么")),
                        ("noted_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                        (
                            "paper",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="office.paper",
                                verbose_name="文书",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "注销",
                        "verbose_name_plural": "注销",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("facts", ""), _negated=True), models.Q(("basis", ""), _negated=True)
                                ),
                                name="cancellation_says_why",
                            )
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="case",
                    name="has_retractions",
                    field=models.BooleanField(default=False, verbose_name="提出过撤回、撤销"),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="of_notice",
                    field=models.BooleanField(default=False, verbose_name="送的是撤回、撤销以前的告知书"),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="retraction",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="approvals.retraction",
                        verbose_name="送的是撤回、撤销的文书",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", ""), ("retraction", None)),
                        fields=("case", "set_aside"),
                        name="one_delivery_on_the_way_per_case",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("pledge", None), ("result", "received"), ("retraction", None)),
                        fields=("case", "set_aside"),
                        name="a_case_is_received_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pledge", None), ("set_aside", False)),
                            models.Q(("retraction", None), ("set_aside", False)),
                            models.Q(("pledge", None), ("retraction", None)),
                            _connector="OR",
                        ),
                        name="a_delivery_is_of_one_letter",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("of_notice", False), ("retraction__isnull", False), _connector="OR"),
                        name="a_notice_is_of_a_retraction",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("result", ""), ("retraction__isnull", False)),
                        fields=("retraction", "of_notice"),
                        name="one_letter_on_the_way_per_retraction",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("result", "received"), ("retraction__isnull", False)),
                        fields=("retraction", "of_notice"),
                        name="a_retraction_is_received_once",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(guard_sql("approvals_retraction", "proposed", PAIRS), unguard_sql("approvals_retraction")),
        migrations.RunSQL(append_only_sql("approvals_cancellation"), open_up_sql("approvals_cancellation")),
        migrations.RunSQL(forgetting_sql("approvals_cancellation", *FORGETS), migrations.RunSQL.noop),
        migrations.RunSQL(SANCTIONED, UNSANCTIONED),
    ]
