"""销毁：一件销毁以后，本系统里认不出是谁；联办的各件都销毁了，共用的申请人也清空。"""

import pytest
from django.core.management import call_command
from django.db import Error, models, transaction

from approvals.actions import (
    archiving,
    contacts,
    decision,
    decision_notices,
    delivering,
    enquiries,
    handing,
    last_ways,
    mandates,
    messages,
    parcels,
    rectifying,
)
from approvals.models import (
    Advance,
    Amendment,
    Applicant,
    Archive,
    Case,
    Clock,
    Confirmation,
    Guidance,
    Joint,
    JointDraft,
    Message,
    Objection,
    Party,
    Procedure,
    Publication,
    Statement,
)
from approvals.rules.belongings import belongings
from catalog.actions import recording
from catalog.models import Retention
from denials.actions import register
from office import clocks
from office.exchange.models import ExchangeArrival, ExchangePeer
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow, take
from office.vault import digest
from office.workdays.rules import DAY
from tests import casework
from tests.approvals import asking, together
from tests.approvals.test_archives import PDF

MARK = "孙某某的话"
NUMBER = "110105194912310054"
# 名下各张表里没有清空的写着字的栏：为什么留着。新添的表、新添的栏不在 forgets 里，就要写在这里。
KEPT = {
    "approvals.FlagReason": "超期的原因：机关自己的说明，公开过，只增不改",
    "approvals.DecisionNotice": "决定文书的文号",
    "approvals.Termination": "依据、划转去了哪里：决定书要能核验",
    "approvals.Voiding": "窗口录错了什么，不写申请人的信息：只增不改",
    "approvals.Disclosure": "依法公开的准予决定：自然人只有遮住的姓名、号码，写着身份证号、电话的公开不了",
    "approvals.Review": "指南里的键和名称",
    "approvals.Ground": "决定的依据：决定留着，文书要能核验",
    "approvals.Archive": "档案自己的登记：移交给谁、为什么销毁",
    "approvals.ArchiveBatchLine": "移交清册：接收时的差异，说的是归档包",
    "approvals.Bar": "申请限制算到期满：留证件的盲索引认得出同一个人再来，文号、依据",
    "approvals.Certificate": "证照还在用：名称、编号不能再发给别人",
    "approvals.Upload": "文件删去，原名换成摘要(forgetting._forget_uploads)",
    "approvals.Contact": "编号与查询的凭据，不是谁的信息",
    "approvals.Pledge": "审定的决定留着",
    "approvals.Delivery": "承运单位的名称",
    "approvals.Parcel": "承运单位的名称",
    "approvals.DeliveryConsent": "怎样同意电子送达的固定说法",
    "approvals.Draft": "提交过的草稿的令牌，已经打不开内容",
    "approvals.Extension": "机关请示延期的理由和批准",
    "approvals.Fee": "收费依据、票据号：财务要对账",
    "approvals.Retraction": "依据、别处的文书、领导审定的意见留着：决定书要能核验",
    "approvals.Procedure": "指南里的名称和依据",
    "approvals.Hearing": "听证室的地点",
    "approvals.HandOff": "由哪个机关决定、依据哪一条",
    "approvals.HandOffProgress": "对方文书的文号、报文编号",
    "approvals.Statement": "听取陈述的地点",
    "approvals.Reassignment": "改派的原因，说的是归哪个科室，只增不改",
    "approvals.Recusal": "工作人员回避的原因，只增不改",
    "approvals.Transfer": "移交退回的原因，说的是纸质件",
    "approvals.Difference": "移交差异的说明，说的是纸质件；期限的依据",
    "approvals.CorrectionLine": "告知的依据",
    "approvals.Reuse": "材料的代号",
    "approvals.Referral": "引导去的单位的名称、地址、电话",
    "approvals.Publication": "公示网址里的代号",
    "approvals.JointExtension": "延长联办时限的理由和批准，只增不改",
    "denials.Report": "审定的理由：报备和先例要查",
    "denials.RegisterEntry": "不行权登记：监督要查，姓名、联系方式清空",
    "denials.Recall": "领导叫回和研究的意见",
    "denials.Precedent": "先例是对以后的，不写是谁",
    "denials.Turn": "逐级审定的意见",
    "denials.Reading": "以什么身份阅知",
    "supervision.Rating": "评价不改不删，只增不改",
    "supervision.Task": "整改的结果，要公开",
}


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return bureau


def handed_over(b, *cases) -> list[Archive]:
    """这几件都归集、移交了，一位管理员提出销毁。"""
    for item in {case.item for case in cases}:
        told = {"period": "10", "basis": "示例保管期限表第3条", "document_number": "示例档〔2026〕1号"}
        recording.set_retention(retention=Retention(item=item, **told), by=b.editor, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    told = {"receipt_number": "示例凭证1号", "received_by": "示例档案室", "transferred_on": b.at.date()}
    rows = [Archive.objects.get(case=case) for case in cases]
    for one in rows:
        archiving.transfer(one, by=b.editor, at=b.at, unsigned_known=True, **told)
        archiving.propose(one, reason="已移交，核对无误。", by=b.editor, at=b.at)
    return rows


def test_the_applicant_of_a_joint_is_forgotten_with_the_last_branch(b):
    joint = together.submitted(together.matter(b))
    assert Notice.objects.about(joint).exclude(body="—").exists()
    for case in joint.branches.all():
        decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at)
    first, second, last = handed_over(b, *joint.branches.all())
    for one in (first, second):
        archiving.destroy(one, by=b.checker, at=b.at)
        joint.applicant.refresh_from_db()
        assert joint.applicant.phone and joint.applicant.id_number, "还有一件没有销毁，留着"
    archiving.destroy(last, by=b.checker, at=b.at)
    joint.applicant.refresh_from_db()
    left = joint.applicant
    assert (left.name, left.id_number, left.phone, left.address) == (left.masked_name, "", "", "")
    assert "*" in left.name and left.id_index == left.phone_index == ""
    assert {(one.address, one.body) for one in Notice.objects.about(joint)} == {("", "—")}


def test_every_table_of_a_case_says_what_it_forgets():
    left = {}
    assert not belongings(Applicant, but=(Case, Joint)), "申请人名下只有办件、联办件"
    for model in (*belongings(Case), *belongings(Joint, but=(Case, JointDraft))):
        words = [field.name for field in model._meta.concrete_fields if holds_words(field)]
        names = getattr(model, "forgets", ())
        assert set(names) <= {field.name for field in model._meta.concrete_fields}, model
        assert set(getattr(model, "pii", ())) <= set(names), f"{model._meta.label} 的个人信息没有清空"
        if not issubclass(model, clocks.Clock) and set(words) - set(names):
            left[model._meta.label] = sorted(set(words) - set(names))
    assert set(left) == set(KEPT), "新的表：写明清哪几栏(forgets)，或者为什么留着(KEPT)"


def holds_words(field) -> bool:
    """写得下字的栏：固定几样选一样的不算。"""
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices


def lived_through(b) -> Case:
    """不予受理、送达、办结的一件，前前后后能写字的地方都写过。"""
    casework.item_with_guide(b)
    case = casework.received(b, b.at)
    agent = mandates.Agent(None, MARK, NUMBER, "13800000002", "亲属")
    terms = mandates.Terms(("supplement",), (b.at + 30 * DAY).date())
    mandates.appoint(case, agent=agent, terms=terms, by=b.citizen, at=b.at)
    messages.write(case, text=MARK, by=b.citizen, at=b.at)
    enquiries.answer(enquiries.ask(case, kind="progress", text=MARK, by=b.citizen, at=b.at),
                     text=MARK, by=b.clerk_a, at=b.at)  # fmt: skip
    written(b, case)
    register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    told = {"collector": "赵申请", "id_number": casework.PERSON.id_number, "relation": ""}
    delivering.hand_over(case, **told, by=b.clerk_a, at=b.at)
    return decision.close(case, by=b.clerk_a, at=b.at)


def written(b, case: Case) -> None:
    by, at = b.clerk_a, b.at
    Amendment.objects.create(
        case=case, made_at=at, made_by=by, seen_at=at, answers={"a": [MARK, ""]}, files={"a": [MARK]}
    )
    Confirmation.objects.create(case=case, matter="entry", text=MARK, asked_at=at, asked_by=by, dropped_at=at)
    rectifying.register(case, changes={"address": MARK}, reason="changed", checked=True, by=by, at=at)
    told = {"told_at": at, "told_by": by, "request_due_at": at + DAY}
    Party.objects.create(case=case, name=MARK, interest=MARK, phone="13800000003", address=MARK, **told)
    told = {"stated_at": at, "place": "窗口", "recorded_at": at, "recorded_by": by}
    Statement.objects.create(case=case, who=MARK, standing="applicant", text=MARK, signer=MARK, **told)
    advance = Advance.objects.create(
        guide=case.guide, unit=case.intake_unit, name=MARK, phone="13800000004", looked_at={"a": MARK}, advice=MARK,
        clerk=by, started_at=at, case=case,
    )  # fmt: skip
    Guidance.objects.create(
        advance=advance, visited_at=at, place=MARK, said=MARK, signer=MARK, officer=by, recorded_at=at
    )
    contact = asking.referred(b, asked=MARK, asker=contacts.Asker(MARK, "13800000005"))
    contacts.become_case(contact, case=case, by=by, at=at)
    clock = Clock.objects.create(
        case=case, kind="procedure", value=7, unit="cd", basis="示例", started_at=at, due_at=at + DAY, ended_at=at
    )
    procedure = Procedure.objects.create(
        case=case, key="publicity", kind="publicity", name="公示", value=7, unit="cd", basis="示例", counted=True,
        reason=MARK, clock=clock, started_at=at, started_by=by, result=MARK,
    )  # fmt: skip
    shown = Publication.objects.create(
        procedure=procedure, applicant_name=MARK, matter=MARK, from_at=at, to_at=at + DAY
    )
    Objection.objects.create(publication=shown, name=MARK, phone="13800000006", text=MARK, made_at=at)
    peer = ExchangePeer.objects.create(
        code="sample", name="示例接入系统", our_code="HALL", url="https://peer.example.invalid/in", keeper=b.chief,
        key="only-for-tests-0123456789", kinds=[],
    )  # fmt: skip
    ExchangeArrival.objects.create(
        peer=peer, number="A-1", version=1, kind="application", digest="0" * 64, payload={"name": MARK},
        receipt={}, reference=case.number, arrived_at=at,
    )  # fmt: skip


def words_of(case: Case) -> str:
    """名下各张表清得掉的栏里，此刻写着的字。"""
    said = []
    for model, path in belongings(Case).items():
        for row in model._base_manager.filter(**{path: case}):
            said += [str(getattr(row, name)) for name in getattr(model, "forgets", ())]
    said += [str(one.payload) for one in ExchangeArrival.objects.filter(reference=case.number)]
    about = [case, case.contact, *([case.register_entry] if hasattr(case, "register_entry") else [])]
    said += [f"{one.address} {one.body}" for each in about for one in Notice.objects.about(each)]
    return "\n".join(said)


def test_nothing_that_tells_who_it_was_is_left(b):
    case = lived_through(b)
    (archive,) = handed_over(b, case)
    before = words_of(case)
    assert before.count(MARK) > 30 and NUMBER in before and "13800000006" in before
    archiving.destroy(archive, by=b.checker, at=b.at)
    after = words_of(case)
    for word in (MARK, NUMBER, "1380000000", "赵申请", casework.PERSON.id_number):
        assert word not in after, word
    entry = case.register_entry
    entry.refresh_from_db()
    assert (entry.applicant_name, entry.applicant_contact) == ("—", "") and entry.progress
    assert Entry.objects.about(case).last().verb == "approvals.case.destroy_copies"


@pytest.mark.clause("D14")
def test_the_journal_never_held_what_is_to_be_forgotten(b):
    """日志只增不改，写进去就清不掉：领取人、代办人、办件里说的话，都只在各自的那一行。"""
    case = lived_through(b)
    (archive,) = handed_over(b, case)
    told = "\n".join(f"{entry.verb} {entry.facts}" for entry in Entry.objects.all())
    kept = [line for line in told.splitlines() for word in (MARK, NUMBER, "1380000000", "赵申请") if word in line]
    assert kept == []
    archiving.destroy(archive, by=b.checker, at=b.at)
    ours = Paper.objects.about(case).exclude(delivered_how="")
    assert {paper.delivered_how for paper in ours} == {"—"}, "谁领走的，文书上也清了"


@pytest.mark.clause("D14")
def test_nothing_more_is_written_on_a_case_whose_archive_was_destroyed(b):
    case = lived_through(b)
    receipt = Paper.objects.about(case).of_kind("receipt").get()
    (archive,) = handed_over(b, case)
    archiving.destroy(archive, by=b.checker, at=b.at)
    case.refresh_from_db()
    own = {"collector": "赵申请", "id_number": casework.PERSON.id_number, "relation": ""}
    post = {"carrier": "示例速递", "tracking_number": "示例0009"}
    told = {"by": b.clerk_a, "at": b.at}
    notice, row = case.decision_notices.get(), case.deliveries.get()
    deeds = [
        lambda: handing.hand(receipt, case=case, receiver=MARK, **told),
        lambda: parcels.take_unannounced(case, **post, found=MARK, **told),
        lambda: parcels.send_back(case, **post, address=MARK, contents=MARK, **told),
        lambda: last_ways.collect(row, **own, **told),
        lambda: delivering.come_back(case, reason=MARK, **told),
        lambda: messages.write(case, text=MARK, by=b.citizen, at=b.at),
        lambda: rectifying.register(case, changes={"address": MARK}, reason="changed", checked=True, **told),
        lambda: rectifying.ask_online(case, changes={"address": MARK}, reason="changed", by=b.citizen, at=b.at),
        lambda: decision_notices.sign(notice, remark=MARK, by=b.reviewer, at=b.at),
    ]
    for deed in deeds:
        with pytest.raises(NotNow, match="已经销毁"):
            deed()
    assert MARK not in words_of(case) and case.parcels.count() == 0
    assert decision_notices.sign(notice, by=b.reviewer, at=b.at).state == "signed", "签收照样可以，只是不写话"


def test_what_is_written_once_changes_only_when_its_case_is_deleted(b):
    case = lived_through(b)
    (archive,) = handed_over(b, case)
    rows = [Message.objects.get(), case.mandates.get(), Guidance.objects.get(), case.register_entry,
            ExchangeArrival.objects.get(number="A-1")]  # fmt: skip
    names = ["text", "name", "said", "applicant_name", "payload"]

    def may_change(row, name) -> bool:
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{name: {} if name == "payload" else "改了"})
        except Error:
            return False
        return True

    assert not any(may_change(row, name) for row, name in zip(rows, names, strict=True))
    archiving.destroy(archive, by=b.checker, at=b.at)
    assert all(may_change(row, name) for row, name in zip(rows, names, strict=True))
    assert not may_change(case.register_entry, "progress")
    for row in rows:
        with pytest.raises(Error), transaction.atomic():
            row.delete()


def test_the_app_role_may_empty_those_columns_and_no_others(app_role):
    with app_role.cursor() as cursor:
        cursor.execute("UPDATE denials_registerentry SET applicant_name = '—', applicant_contact = ''")
        cursor.execute("UPDATE approvals_guidance SET said = '—'")
        cursor.execute("UPDATE office_exchangearrival SET payload = ''")
        with pytest.raises(Exception, match="permission denied"):
            cursor.execute("UPDATE denials_registerentry SET progress = '—'")


def test_what_was_deleted_before_is_emptied_too(b, capsys):
    case = lived_through(b)
    (archive,) = handed_over(b, case)
    take(archive, "destroy", by=b.checker, at=b.at)
    assert MARK in words_of(case)
    call_command("forget_deleted")
    assert MARK not in words_of(case) and "1 件" in capsys.readouterr().out
    case.applicant.refresh_from_db()
    assert case.applicant.phone == ""
    call_command("forget_deleted")
