"""叫回重新研究：谁可以叫回、科室限期答复、逾期记在谁名下、维持、改正——都从真的网页和清扫走。"""

import csv
import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import delivering, review
from approvals.actions.files import store
from approvals.models import Case, Upload
from catalog.actions.suspending import suspend
from denials.actions import ladder, recalls, register
from denials.models import Recall, RegisterEntry
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.stateful import WrongDoor
from office.steps import NotNow
from office.workdays.calendar import calendar_for, due
from office.workdays.clock import now
from office.workdays.rules import local
from portal import sweeping
from tests import casework
from tests.casework import HOUR
from tests.makers import away, sign_in

pytestmark = pytest.mark.clause("Z10")
LIST = "/queue/denials/registerentry/"
PDF = b"%PDF-1.4\n%%EOF\n"
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
    study = recall.clocks.get(kind="study")
    assert study.late is False and study.ended_at is not None
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
    sent = Notice.objects.filter(to=b.citizen, kind__startswith="denials.")
    assert set(sent.values_list("kind", flat=True)) == {"denials.upheld"} and "维持原决定" in sent[0].body
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
    assert swept["叫回研究到期"] == 1
    sweeping.sweep(b.at)  # 晚了这么久，领导定的期限也过了
    assert sweeping.sweep(b.at)["叫回研究到期"] == 0
    recall.refresh_from_db()
    assert recall.state == "studying" and recall.late_user == b.chief and recall.late_at == b.at
    for user in (b.deputy, b.director, b.chief):
        assert told(user, "denials.recall_late").count() == 1
    assert "记在林范例名下" in said(client, b.deputy, entry)
    do(client, b.chief, entry, "answer", opinion="uphold", text="迟了，意见是维持。")
    recall.refresh_from_db()
    assert recall.state == "answered" and recall.clocks.get(kind="study").late


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


# 改正 -----------------------------------------------------------------

FAULT = {"text": "人数算少了三人，实为五十二人。", "basis": "《示例条例》第一条"}
FORM = {
    "pages": [
        {
            "key": "one", "title": "示例", "fields": [
                {"key": "members", "kind": "text", "label": "会员人数", "required": False},
                {"key": "roll", "kind": "file", "label": "名册", "required": False},
            ],
        }
    ]
}  # fmt: skip


def pdf():
    return ContentFile(PDF)


def with_files(b, at, **told):
    """申请表填了人数、附了名册，申请材料传了文件，证明是纸质。"""
    case = casework.received(
        b, at, answers={"members": "52"}, attached={"roll": [("名册.pdf", pdf())]}, channel="2", **told
    )
    row = case.materials.get(material__key="application")
    store("申请书.pdf", pdf(), {"case_material": row, "material_key": "application"}, by=b.citizen, at=at)
    return case


def set_aside(client, b, recall, by=None, **told):
    return do(client, by or b.deputy, recall.entry, "set_aside", **{**FAULT, **told})


def corrected(client, b, entry=None):
    recall = answered(client, b, entry=entry)
    assert "照原来交的重新收件" in set_aside(client, b, recall).content.decode()
    return Recall.objects.get(pk=recall.pk)


def test_set_aside_opens_a_new_case_with_everything_handed_in(client, bureau):
    bureau.at = now()
    b = casework.item_with_guide(bureau, form=FORM)
    old = with_files(b, b.at - HOUR)
    basis = b.guide.bases.first()
    entry = register.refuse_by_rule(old, basis=basis, refusal=casework.REFUSAL, by=b.clerk_a, at=b.at - HOUR)
    recall = corrected(client, b, entry)
    old.refresh_from_db()
    new = recall.new_case
    assert recall.state == "set_aside" and new.pk != old.pk and new.redoes == recall
    assert (old.state, old.outcome) == ("not_accepted", "not_accepted")  # 原件不重开
    assert (new.state, new.first_contact, new.user, new.intake_unit) == ("received", b.clerk_a, b.citizen, b.window)
    assert new.applicant.id_number == old.applicant.id_number and new.answers == old.answers
    assert new.query_code != old.query_code and new.clocks.running().get(kind="notice").started_at >= recall.decided_at
    rows = {row.material.key: row for row in new.materials.select_related("material", "reuse__source")}
    assert all(row.provided and row.verdict == "unchecked" for row in rows.values()) and set(rows) == {
        "application", "proof",
    }  # fmt: skip
    assert {row.reuse.source.case_id for row in rows.values()} == {old.pk}
    assert {row.reuse.consent for row in rows.values()} == {"redone"}
    assert Upload.objects.used_by(new).filter(name="申请书.pdf").get().case_material.case == old
    roll = new.attachments.get()
    assert roll.name == "名册.pdf" and roll.file.read() == PDF and roll.pk != old.attachments.get().pk
    assert Paper.objects.about(new).of_kind("receipt").get().context["query_code"] == new.query_code
    assert first_break(Entry.objects.about(old)) == first_break(Entry.objects.about(new)) == ""
    sms = Notice.objects.filter(kind="denials.set_aside", channel="sms").get()
    assert sms.address == "13800000001" and all(text in sms.body for text in (old.number, new.number, new.query_code))
    assert not Notice.objects.filter(kind="case.received", subject_key=str(new.pk)).exists()  # 不另发一条
    casework.intake.check_materials(
        new, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=now()
    )
    assert casework.intake.accept(new, by=b.clerk_a, at=now()).state == "accepted"


def test_the_paper_says_what_why_what_next_and_the_remedies(client, b):
    recall = corrected(client, b)
    paper = Paper.objects.about(recall.case).of_kind("set_aside").get()
    told, new = paper.context, recall.new_case
    refusal = Paper.objects.about(recall.case).of_kind("not_accepted").get()
    assert paper.number and refusal.number in told["decision"] and told["reasons"] == FAULT["text"]
    assert told["basis"] == FAULT["basis"] and told["reconsideration_body"] == "示范市人民政府"
    assert new.number in told["steps"][1] and new.query_code in told["steps"][1]
    assert papers.render_now(paper, at=now()).file.read(4) == b"%PDF"
    assert refusal.state != "voided"


def served_online(b, case):
    papers.empty_tray(at=now(), limit=20)
    delivering.agree(case, how=delivering.ONLINE, by=b.citizen, at=now())
    with pytest.raises(NotNow, match="网上申请复议的渠道"):  # 行政复议法第二十二条
        delivering.deliver_online(case, by=b.clerk_a, at=now())
    case.agency.reconsideration_url = "https://fuyi.example.invalid/"
    case.agency.save()
    delivering.deliver_online(case, by=b.clerk_a, at=now())


def test_before_delivery_both_papers_are_served_together(client, b):
    recall = corrected(client, b)
    case = recall.case
    assert case.clocks.running().filter(kind="delivery").exists()
    served_online(b, case)
    case.refresh_from_db()
    served = Paper.objects.about(case).of_kind("delivery").get().context["documents"]
    assert case.state == "delivered" and [one["name"] for one in served] == [
        "不予受理决定书", "撤销决定、重新办理告知书",
    ]  # fmt: skip


def test_after_delivery_and_after_acceptance(client, b):
    entry = refused_by_chief(b)
    case = entry.case
    served_online(b, case)
    recall = corrected(client, b, entry)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("delivered", "refused") and recall.new_case.state == "received"
    assert "不予行政许可决定书" in Paper.objects.about(case).of_kind("set_aside").get().context["decision"]


def test_set_aside_happens_once(client, b):
    recall = corrected(client, b)
    assert set_aside(client, b, recall).status_code == 409
    assert "已经改正" in do(client, b.director, recall.entry, "call_back", reason=WHY).content.decode()
    assert Case.objects.count() == 2 and Paper.objects.of_kind("set_aside").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE denials_recall SET new_case_id = NULL, elsewhere = '别处' WHERE id = %s", [recall.pk])


def test_only_those_at_or_above_the_caller_set_aside(client, b):
    recall = answered(client, b)
    for user in (b.chief, b.deputy_b):
        assert set_aside(client, b, recall, by=user).status_code == 409
    assert set_aside(client, b, recall, basis=" ").status_code == 422
    assert Case.objects.count() == 1 and not Paper.objects.of_kind("set_aside").exists()
    set_aside(client, b, recall, by=b.director)
    assert Recall.objects.get(pk=recall.pk).decided_by == b.director


def test_when_no_new_case_can_be_opened_the_paper_names_where_to_go(client, b):
    recall = answered(client, b)
    assert "另指去处" not in said(client, b.deputy, recall.entry)
    today = local(b.at).date()
    suspend(item=b.item, starts_on=today, message="机构调整，暂停办理。", by=b.editor, at=b.at)
    seen = said(client, b.deputy, recall.entry)
    assert "另指去处" in seen and "机构调整" in seen and "重新办理</summary>" not in seen
    answer = set_aside(client, b, recall)  # 页面是停办以前打开的
    assert (
        answer.status_code == 409 and "机构调整" in answer.content.decode() and FAULT["text"] in answer.content.decode()
    )
    assert Recall.objects.get(pk=recall.pk).state == "answered" and Case.objects.count() == 1
    where = "到示例街道办事处办理。"
    do(client, b.deputy, recall.entry, "set_aside_elsewhere", **FAULT, elsewhere=where)
    recall.refresh_from_db()
    assert recall.state == "set_aside" and recall.new_case is None and recall.elsewhere == where
    assert where in Paper.objects.about(recall.case).of_kind("set_aside").get().context["steps"]
    assert where in Notice.objects.filter(kind="denials.set_aside", channel="sms").get().body


def test_nobody_is_sent_elsewhere_when_it_can_be_done_here(client, b):
    recall = answered(client, b)
    answer = do(client, b.deputy, recall.entry, "set_aside_elsewhere", **FAULT, elsewhere="别处。")
    assert answer.status_code == 409 and "不要让申请人另跑" in answer.content.decode()


def test_the_precedent_it_followed_is_flagged_to_its_keepers(client, b):
    report = casework.with_deputy(b, b.at - 3 * HOUR)
    ladder.sanction(report, text="核准。", by=b.deputy, at=b.at - 2 * HOUR)
    precedent = report.precedent
    case = casework.received(b, b.at - HOUR)
    entry = register.refuse_by_precedent(
        case, precedent=precedent, refusal=casework.REFUSAL, by=b.clerk_a, at=b.at - HOUR
    )
    corrected(client, b, entry)
    for keeper in (b.deputy, b.director):
        assert precedent.code in told(keeper, "denials.precedent_doubted").get().body
    precedent.refresh_from_db()
    assert precedent.state == "in_force"


# 申请人和窗口看到的 -----------------------------------------------------


def tracked(client, b, case):
    """申请人登录着看进度页：页面和问了几句。"""
    sign_in(client, b.citizen)
    url = reverse("hall:track-case", args=[case.number])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    return answer.content.decode(), len(asked)


def test_the_citizen_reads_it_plainly_without_another_query(client, b):
    entry = refused(b)
    quiet, before = tracked(client, b, entry.case)
    assert "重新研究" not in quiet
    called(client, b, entry)
    page, asked = tracked(client, b, entry.case)
    assert "这个决定正在重新研究" in page and "复议和起诉的期限不停" in page and WHY not in page and asked == before
    do(client, b.chief, entry, "answer", opinion="correct", text="应当改。")
    do(client, b.deputy, entry, "set_aside", **FAULT)
    new = entry.recalls.get().new_case
    page, asked = tracked(client, b, entry.case)
    assert "不予的决定已经撤销" in page and new.number in page and "撤销决定、重新办理告知书" in page
    page, _ = tracked(client, b, new)
    assert "改正以后重新收的" in page and entry.case.number in page and "不必再交" in page


def test_the_citizen_reads_that_it_stands(client, b):
    recall = answered(client, b)
    do(client, b.deputy, recall.entry, "uphold", text="维持。")
    page, _ = tracked(client, b, recall.case)
    assert "维持原来的决定" in page and "期限没有停过" in page and "不服怎么办" in page


def test_the_desk_and_the_register_say_it_too(client, b):
    recall = corrected(client, b)
    sign_in(client, b.clerk_a)
    old = client.get(reverse("desk:case", args=[recall.case.number])).content.decode()
    new = client.get(reverse("desk:case", args=[recall.new_case.number])).content.decode()
    assert "不予的决定已经撤销" in old and recall.new_case.number in old
    assert "改正以后重新收的" in new and recall.case.number in new
    materials = client.get(reverse("desk:case-materials", args=[recall.new_case.number])).content.decode()
    assert "机关改正后重新办理，不必再交" in materials
    sign_in(client, b.deputy)
    export = client.get(reverse("admin:denials_registerentry_export") + "?which=recalled")
    rows = list(csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    assert [row["重新研究"] for row in rows] == ["改正"]
