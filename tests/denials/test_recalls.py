"""叫回重新研究：谁可以叫回、科室限期答复、逾期记在谁名下、维持、改正——都从真的网页和清扫走。"""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import review
from denials.actions import recalls, register
from denials.models import Recall, RegisterEntry
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.stateful import WrongDoor
from office.workdays.calendar import calendar_for, due
from office.workdays.clock import now
from portal import sweeping
from tests import casework
from tests.casework import HOUR
from tests.makers import away, sign_in

pytestmark = pytest.mark.clause("Z10")
LIST = "/queue/denials/registerentry/"
WHY = "会员的人数没有核对清楚。"


@pytest.fixture
def b(bureau):
    bureau.at = now()
    return casework.item_with_guide(bureau)


def refused(b, at=None, **told):
    """窗口依明确规定不予受理，报备一条。"""
    at = at or b.at - HOUR
    case = casework.received(b, at, **told)
    return register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=at)


def refused_by_chief(b):
    """受理、审查以后，科室负责人依明确规定不予许可。"""
    case = casework.accepted(b, b.at - HOUR)
    review.begin(case, by=b.reviewer, at=b.at - HOUR)
    review.give_opinion(case, opinion="fail", text="人数不够。", by=b.reviewer, at=b.at - HOUR)
    basis = b.guide.bases.first()
    return register.refuse_by_rule(case, basis=basis, refusal=casework.REFUSAL, by=b.chief, at=b.at - HOUR)


def page(entry):
    return reverse("admin:denials_registerentry_change", args=[entry.pk])


def said(client, user, entry):
    sign_in(client, user)
    answer = client.get(page(entry))
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def do(client, user, entry, name, **told):
    sign_in(client, user)
    url = reverse("admin:denials_registerentry_deed", args=[entry.pk, name])
    return client.post(url, {f"{name}-{field}": text for field, text in told.items()}, follow=True)


def called(client, b, entry=None, by=None):
    entry = entry or refused(b)
    answer = do(client, by or b.deputy, entry, "call_back", reason=WHY)
    assert "已叫回重新研究" in answer.content.decode()
    return entry.recalls.get()


def answered(client, b, **told):
    recall = called(client, b, **told)
    answer = do(client, b.chief, recall.entry, "answer", opinion="correct", text="名册上有五十二人。")
    assert "已答复" in answer.content.decode()
    return Recall.objects.get(pk=recall.pk)


def told(user, kind):
    return Notice.objects.inbox(user).filter(kind=kind)


def test_the_deputy_calls_back_and_the_chief_has_five_working_days(client, b):
    entry = refused(b)
    recall = called(client, b, entry)
    assert (recall.rung, recall.standing, recall.post) == ("deputy", "梁演示(A岗)", b.posts.deputy)
    assert recall.study_post == b.posts.chief and recall.case == entry.case and recall.state == "studying"
    due_at, _ = due(recall.called_at, 5, "wd", calendar=calendar_for("zj"))
    assert recall.clocks.get().due_at == recall.due_at == due_at
    assert entry.readings.get(rung="deputy").read_by == b.deputy  # 叫回就是阅知过了
    assert entry.readings.get(rung="chief").read_at is None
    assert WHY in told(b.chief, "denials.recall").get().body
    lines = Entry.objects.about(entry)
    assert {"denials.register.call_back", "denials.register.read"} <= set(lines.values_list("verb", flat=True))
    entry.case.refresh_from_db()
    assert entry.case.state == "not_accepted" and entry.case.clocks.running().filter(kind="delivery").exists()
    seen = said(client, b.chief, entry)
    assert WHY in seen and "原决定照旧有效" in seen and "研究中" in seen


def test_b_calls_back_for_an_absent_a(client, b):
    entry = refused(b)
    assert "不由您阅知" in do(client, b.deputy_b, entry, "call_back", reason=WHY).content.decode()
    away(b.deputy, b.at - HOUR)
    recall = called(client, b, entry, by=b.deputy_b)
    assert recall.standing == "何样本(B岗，代梁演示)"
    assert "不由您阅知" in do(client, b.deputy, entry, "call_back", reason=WHY).content.decode()


def test_the_chief_calls_back_what_a_clerk_refused_but_not_his_own(client, b):
    assert called(client, b, by=b.chief).rung == "chief"
    own = refused_by_chief(b)
    assert own.case.decided_by == b.chief and own.ground.kind == "rule"
    assert "由上一级叫回" in said(client, b.chief, own)
    answer = do(client, b.chief, own, "call_back", reason=WHY)
    assert answer.status_code == 409 and WHY in answer.content.decode() and not own.recalls.exists()
    assert called(client, b, own, by=b.director).rung == "director"


def test_what_the_deputy_sanctioned_is_called_back_only_above_him(client, b):
    from_ladder = casework.with_deputy(b, b.at - 3 * HOUR)
    recalls_page = do  # 审定走原来的门
    url = reverse("admin:denials_report_deed", args=[from_ladder.pk, "sanction"])
    sign_in(client, b.deputy)
    client.post(url, {"sanction-text": "核准。", "sanction-possible": "补足会员。"})
    entry = RegisterEntry.objects.get(case=from_ladder.case)
    for user, why in ((b.chief, "审定它的那一级以上"), (b.deputy, "由上一级叫回")):
        assert why in recalls_page(client, user, entry, "call_back", reason=WHY).content.decode()
    assert called(client, b, entry, by=b.director).rung == "director"


def test_a_reason_is_asked_and_one_recall_runs_at_a_time(client, b):
    entry = refused(b)
    assert do(client, b.deputy, entry, "call_back", reason=" ").status_code == 422
    called(client, b, entry)
    answer = do(client, b.director, entry, "call_back", reason=WHY)
    assert answer.status_code == 409 and "正在重新研究" in answer.content.decode()
    assert entry.recalls.count() == 1


def test_only_the_chief_on_duty_answers_and_only_once(client, b):
    recall = called(client, b)
    entry = recall.entry
    for user in (b.deputy, b.director, b.chief_b):
        answer = do(client, user, entry, "answer", opinion="uphold", text="不改。")
        assert answer.status_code == 409 and "不由您研究" in answer.content.decode()
    assert do(client, b.chief, entry, "answer", opinion="", text="不改。").status_code == 422
    assert "请定" not in said(client, b.chief, entry)
    do(client, b.chief, entry, "answer", opinion="uphold", text="人数确实不够。")
    recall.refresh_from_db()
    assert (recall.state, recall.opinion, recall.opinion_standing) == ("answered", "uphold", "林范例(A岗)")
    assert recall.clocks.get().late is False and recall.clocks.get().ended_at is not None
    assert "人数确实不够。" in told(b.deputy, "denials.recall_answered").get().body
    assert do(client, b.chief, entry, "answer", opinion="correct", text="又改主意。").status_code == 409
    recall.refresh_from_db()
    assert recall.opinion == "uphold"


def test_the_leader_waits_for_the_opinion(client, b):
    recall = called(client, b)
    answer = do(client, b.deputy, recall.entry, "uphold", text="维持。")
    assert answer.status_code == 409 and "先等承办科室的意见" in answer.content.decode()


def test_upheld_changes_nothing_for_the_citizen(client, b):
    recall = answered(client, b)
    entry, case = recall.entry, recall.case
    before = (case.state, case.outcome, case.ground_id, case.clocks.running().count())
    for user in (b.chief, b.deputy_b):
        assert do(client, user, entry, "uphold", text="维持。").status_code == 409
    assert "已维持原决定" in do(client, b.deputy, entry, "uphold", text="名册重复计了三人。").content.decode()
    recall.refresh_from_db()
    case.refresh_from_db()
    assert (recall.state, recall.decided_by, recall.decided_standing) == ("upheld", b.deputy, "梁演示(A岗)")
    assert (case.state, case.outcome, case.ground_id, case.clocks.running().count()) == before
    assert "救济途径没有停过" in said(client, b.chief, entry)
    assert told(b.clerk_a, "denials.recall_settled").exists() and told(b.chief, "denials.recall_settled").exists()
    assert not Notice.objects.filter(to=b.citizen, kind__startswith="denials.").exists()
    assert first_break(Entry.objects.about(recall)) == "" == first_break(Entry.objects.about(entry))
    assert called_again(client, b, entry).rung == "director"  # 上面还可以再叫回


def called_again(client, b, entry):
    do(client, b.director, entry, "call_back", reason="再看一遍。")
    return entry.recalls.get(state="studying")


def test_somebody_above_may_settle_what_the_deputy_called_back(client, b):
    recall = answered(client, b)
    do(client, b.director, recall.entry, "uphold", text="维持。")
    recall.refresh_from_db()
    assert recall.decided_by == b.director


def test_a_late_opinion_is_recorded_once_and_nothing_is_lost(client, b):
    entry = refused(b, b.at - datetime.timedelta(days=20))
    recall = recalls.call_back(entry, reason=WHY, by=b.deputy, at=b.at - datetime.timedelta(days=15))
    assert recall.due_at < b.at
    swept = sweeping.sweep(b.at)
    assert swept["叫回研究到期"] == 1 and sweeping.sweep(b.at)["叫回研究到期"] == 0
    recall.refresh_from_db()
    assert recall.state == "studying" and recall.late_user == b.chief and recall.late_at == b.at
    for user in (b.deputy, b.director, b.chief):
        assert told(user, "denials.recall_late").count() == 1
    assert "记在林范例名下" in said(client, b.deputy, entry)
    do(client, b.chief, entry, "answer", opinion="uphold", text="迟了，意见是维持。")
    recall.refresh_from_db()
    assert recall.state == "answered" and recall.clocks.get().late


def test_after_the_limit_the_leader_need_not_wait(client, b):
    entry = refused(b, b.at - datetime.timedelta(days=20))
    recall = recalls.call_back(entry, reason=WHY, by=b.deputy, at=b.at - datetime.timedelta(days=15))
    do(client, b.deputy, entry, "uphold", text="不等了，维持。")  # 没有人清扫，动手之前先结清
    recall.refresh_from_db()
    assert recall.state == "upheld" and recall.late_user == b.chief and recall.opinion == ""
    assert told(b.director, "denials.recall_late").count() == 1
    assert sweeping.sweep(b.at)["叫回研究到期"] == 0


def test_the_back_doors_are_shut(client, b):
    recall = called(client, b)
    with pytest.raises(WrongDoor):
        Recall.objects.filter(pk=recall.pk).update(state="upheld")
    for forged in (
        "UPDATE denials_recall SET state = 'set_aside' WHERE id = %s",
        "UPDATE denials_recall SET reason = '改过' WHERE id = %s",
        "UPDATE denials_recall SET due_at = due_at + interval '9 days' WHERE id = %s",
        "DELETE FROM denials_recall WHERE id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forged, [recall.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    other = refused(b)
    same = {"reason": WHY, "standing": "A", "called_by": b.deputy, "called_at": b.at, "due_at": b.at}
    posts = {"post": b.posts.deputy, "study_post": b.posts.chief, "rung": "deputy"}
    for wrong in ({"case": other.case}, {"post": b.posts.clerk}, {"reason": ""}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recall.objects.create(**{"entry": recall.entry, "case": recall.case, **same, **posts, **wrong})
    recall.refresh_from_db()
    assert recall.state == "studying" and recall.reason == WHY


def test_strangers_find_nothing(client, b):
    recall = called(client, b)
    for user, status in ((b.stranger, 302), (b.citizen, 302), (b.reviewer, 302), (b.clerk_a, 302), (b.editor, 403)):
        sign_in(client, user)
        url = reverse("admin:denials_registerentry_deed", args=[recall.entry.pk, "uphold"])
        assert client.post(url, {"uphold-text": "维持。"}).status_code == status, user
        assert client.get(page(recall.entry)).status_code == status, user
    sign_in(client, b.deputy)
    url = reverse("admin:denials_registerentry_deed", args=[recall.entry.pk, "nonsense"])
    assert client.post(url).status_code == 404 and client.get(url).status_code == 405
    recall.refresh_from_db()
    assert recall.state == "studying"


def test_waiting_counts_and_the_list_of_what_was_called_back(client, b):
    recall = called(client, b)
    refused(b)
    sign_in(client, b.chief)
    client.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        seen = client.get(f"{LIST}?which=recalled")
    assert [entry.pk for entry in seen.context["cl"].result_list] == [recall.entry.pk]
    assert seen.context["waiting"].recalls == 1 and "研究中" in seen.content.decode()
    assert len(asked) == 10
    sign_in(client, b.deputy)
    assert client.get(LIST).context["waiting"].recalls == 0
    do(client, b.chief, recall.entry, "answer", opinion="uphold", text="维持。")
    sign_in(client, b.deputy)
    assert client.get(LIST).context["waiting"].recalls == 1
