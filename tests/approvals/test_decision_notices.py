"""告知监管科室：决定一作出就交到目录里写明的监管科室，一个工作日签收；作决定的人不能自己签收，逾期亮牌。"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from agencies.models import User
from agencies.states import Role
from approvals.actions import archiving, decision, decision_notices, retractions
from approvals.models import Archive, DecisionNotice
from approvals.models.archive import INSPECTED
from approvals.states import Decided
from catalog.actions import exporting, taking_in
from catalog.models import Item
from catalog.rules import workbooks
from denials.actions import register
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from portal import sweeping
from tests import casework, makers
from tests.approvals import retracting
from tests.catalog.pages import posted, url
from tests.denials import recalling
from tests.portal.desks import at_desk, ready, said

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def b(bureau):
    return watched(ready(bureau))


def watched(b):
    """审批、监管分开的局：事项由另一个科室监管。"""
    b.watch = makers.unit(b.agency, "zj-watch", name="执法监督科")
    b.watcher = makers.user("watcher", "蒋示例")
    makers.staffed(b.watch, Role.REVIEWER, b.watcher)
    b.watcher.refresh_from_db()
    b.item.supervisor = b.watch
    b.item.save()
    return b


@pytest.mark.clause("S8")
def test_the_decision_reaches_the_supervising_section_which_signs_for_it(b, client):
    case = casework.granted(b)
    notice = case.decision_notices.get()
    assert (notice.unit, notice.decided, notice.state) == (b.watch, "granted", "sent")
    assert Notice.objects.filter(kind="decision.told", to=b.watcher).count() == 1
    page, listed = reverse("desk:decision-notice", args=[notice.pk]), reverse("desk:decision-notices")
    at_desk(client, b.watcher)
    assert listed in said(client.get(reverse("desk:today")))
    assert page in said(client.get(listed)) and listed in said(client.get(reverse("desk:cases")))
    shown = said(client.get(page))
    assert "准予登记。" in shown and case.number in shown and case.applicant.id_number not in shown
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 200, "监管要看得到办件"
    remark = "列入下半年的抽查。"
    assert "已签收" in said(
        client.post(reverse("desk:decision-notice-sign", args=[notice.pk]), {"remark": remark}, follow=True)
    )
    notice.refresh_from_db()
    assert (notice.signed_by, notice.remark, notice.state) == (b.watcher, remark, "signed")
    assert not notice.clocks.running().exists() and not notice.clocks.get().late
    assert Notice.objects.filter(kind="decision.remark", to=b.chief, body__contains=remark).exists(), (
        "意见告诉作决定的人"
    )
    assert remark not in str(list(Entry.objects.values_list("facts"))), "意见随档案销毁，日志里不写"
    assert page not in said(client.get(listed)) and page in said(client.get(listed, {"which": "all"}))
    assert client.get(listed, {"which": "none"}).status_code == 404
    at_desk(client, b.chief)
    history = said(client.get(reverse("desk:case-history", args=[case.number])))
    assert "决定告知监管科室" in history and "监管科室签收" in history


@pytest.mark.clause("S8")
def test_neither_section_does_the_other_s_part(b, client):
    case = casework.granted(b)
    notice = case.decision_notices.get()
    sign = reverse("desk:decision-notice-sign", args=[notice.pk])
    for who, status in ((b.chief, 403), (b.reviewer, 403), (b.clerk_a, 404), (b.stranger, 404)):
        assert at_desk(client, who).post(sign, {}).status_code == status, who
    at_desk(client, b.watcher)
    assert client.post(reverse("desk:case-close", args=[case.number])).status_code == 403, "监管的人办不了件"
    assert not DecisionNotice.objects.exclude(state="sent").exists()


@pytest.mark.clause("S8")
def test_who_decided_never_signs_for_it_and_another_of_the_section_does(bureau, client):
    """没有写明监管科室的，就是承办的业务科室；决定的人自己不能签。"""
    b = ready(bureau)
    notice = casework.granted(b).decision_notices.get()
    assert notice.unit == b.orgs and notice.decided_by == b.chief
    assert not Notice.objects.filter(kind="decision.told").exists(), "自己科室决定的，不另发通知"
    sign = reverse("desk:decision-notice-sign", args=[notice.pk])
    assert at_desk(client, b.chief).post(sign, {}).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        DecisionNotice.objects.filter(pk=notice.pk).update(signed_by=b.chief, signed_at=b.at)
    assert at_desk(client, b.reviewer).post(sign, {}).status_code == 302
    assert client.post(sign, {}).status_code == 200, "签过的不能再签"
    assert Entry.objects.filter(verb="approvals.decisionnotice.sign").count() == 1


@pytest.mark.clause("S8")
def test_a_working_day_without_a_signature_raises_one_flag(bureau):
    """2026-09-24 星期四决定，中秋放假，一个工作日到 9 月 28 日星期一 24:00。"""
    call_command("load_workdays", verbosity=0)
    b = watched(casework.item_with_guide(bureau))
    decided = makers.moment("2026-09-24 10:00")
    notice = casework.granted(b, decided).decision_notices.get()
    due = notice.clocks.get().due_at
    assert due == makers.moment("2026-09-29 00:00")
    assert sweeping.sweep(due - HOUR)["告知监管科室到期"] == 0 and not notice.case.flags.exists()
    assert [sweeping.sweep(due)["告知监管科室到期"] for _ in range(2)] == [1, 0]
    flag = notice.case.flags.get()
    assert (flag.kind, flag.unit, flag.due_at) == ("supervision", b.watch, due)
    assert Notice.objects.filter(kind="case.flag", to=b.chief, body__contains="执法监督科没有在").exists()
    decision_notices.sign(notice, by=b.watcher, at=due + HOUR)
    assert notice.clocks.get().late and notice.state == "signed", "逾期的也要签，仍记逾期"
    assert notice.case.flags.count() == 1


@pytest.mark.clause("S8")
def test_signing_late_before_the_sweep_came_is_late_all_the_same(b):
    notice = casework.granted(b).decision_notices.get()
    due = notice.clocks.get().due_at
    decision_notices.sign(notice, by=b.watcher, at=due)
    assert notice.case.flags.filter(kind="supervision").count() == 1 and notice.clocks.get().late


@pytest.mark.clause("S8")
def test_signed_after_the_case_was_archived_the_package_is_made_again(b):
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    decision.close(case, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    assert Archive.objects.get(case=case).state in INSPECTED
    decision_notices.sign(case.decision_notices.get(), by=b.watcher, at=b.at + HOUR)
    assert Archive.objects.get(case=case).state == "ordered"


@pytest.mark.clause("S8")
def test_refusals_and_what_undoes_a_decision_are_told_too(b):
    entry = recalling.refused(b, b.at)
    assert entry.case.decision_notices.get().decided == Decided.NOT_ACCEPTED
    accepted = casework.accepted(b)
    register.refuse_by_rule(accepted, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    told = accepted.decision_notices.get()
    assert told.decided == Decided.REFUSED and told.reference, "写明文号"
    recall = recalling.set_aside(b, entry, b.at)
    assert recall.case.decision_notices.latest("pk").decided == Decided.SET_ASIDE
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=100)
    casework.collected(case, b.clerk_a, b.at)
    one = retracting.asked(b, case)
    retractions.sanction(one, decision="同意撤回。", by=b.deputy, at=one.asked_at)
    last = case.decision_notices.latest("pk")
    assert (last.decided, last.decided_by) == (Decided.WITHDRAWN, b.deputy) and last.reference


@pytest.mark.clause("S8", "D1")
def test_the_catalogue_names_the_supervising_section(b, client):
    at = b.at

    def exported() -> bytes:
        return workbooks.dump(exporting.documents(items=Item.objects.filter(pk=b.item.pk), day=at.date()), "xlsx")

    def take(content: bytes):
        return taking_in.take_in(content=content, by=b.editor, at=at, dry_run=False)

    content = exported()
    assert take(content).changed == 0, "导出再导入，一字不差"
    text = "事项编码,监管科室\nsample,zj-none\n".encode()
    assert "监管科室“zj-none”不存在" in "".join(take(text).outcomes[0].faults)
    take("事项编码,监管科室\nsample,\n".encode())
    assert Item.objects.get(pk=b.item.pk).supervisor is None
    take(content)
    assert Item.objects.get(pk=b.item.pk).supervisor == b.watch
    told = client.get(reverse("api:item", args=[b.item.code])).json()
    assert told["supervisor"] == {"code": "zj-watch", "name": "执法监督科"}
    makers.sign_in(client, User.objects.get(pk=b.editor.pk))
    address = url("item", "change", b.item.pk)
    form = posted(client.get(address), "item_form")
    assert form["supervisor"] == [str(b.watch.pk)]
    wrong = said(client.post(address, form | {"supervisor": str(b.stranger_unit.pk)}))
    assert "该选择不在可用的选项中" in wrong, "别的机关的单位不在可选的里面"
    with pytest.raises(ValidationError, match="监管科室要是实施主体自己的科室"):
        Item(agency=b.agency, supervisor=b.stranger_unit).clean()
    assert client.post(address, form | {"supervisor": ""}).status_code == 302
    assert Item.objects.get(pk=b.item.pk).supervisor is None
