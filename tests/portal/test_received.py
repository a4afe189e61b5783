"""凭证写的是实际收到的：什么形式、几份、怎样交来的、何时；补一次出一份，写明还缺哪几项。"""

import importlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from approvals.actions import correction, intake, pledges
from approvals.actions.outgoing import Saying, _materials
from approvals.models import Case, CaseMaterial, CorrectionLine
from office.journal.models import Entry
from office.papers.models import Paper
from office.papers.words import date_words, moment_words
from tests import casework
from tests.approvals import pledging
from tests.portal import hall_cast
from tests.portal.desks import at_desk, checked, ready, said
from tests.portal.hall_cast import go, photo

MISSING = intake.Check("missing", "没有提交")


@pytest.fixture
def b(bureau):
    return ready(bureau, form=hall_cast.FORM, informed_commitment=True)


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def row_of(case: Case, key: str = "proof") -> CaseMaterial:
    return case.materials.get(material__key=key)


def printed(case: Case, kind: str = "receipt") -> dict:
    return Paper.objects.about(case).of_kind(kind).latest("pk").context


TYPED = {
    "kind": "organisation", "name": "示例协会", "id_number": "11010519491231002X", "phone": "13800000001",
    "answers-org_name": "示例协会", "answers-why": "new", "answers-funds": "30000", "answers-truth": "on",
    "unit": "zj-window", "key": "k1",
}  # fmt: skip


@pytest.mark.clause("D8", "Z2")
def test_the_window_prints_what_was_handed_in_not_what_the_guide_asks(b, client):
    at_desk(client, b.clerk_a)
    page = said(client.get(url("receive", b.item.code)))
    assert 'name="originals-proof"' in page and 'value="1"' in page
    told = {**TYPED, "provided": ["application", "proof"], "originals-proof": "0", "copies-proof": "2"}
    wrong = said(client.post(url("receive", b.item.code), {**told, "copies-proof": "两份"}))
    assert "份数请填 0 到 99 的整数" in wrong and "示例协会" in wrong and '<details class="differ" open>' in wrong
    client.post(url("receive", b.item.code), told)
    case = Case.objects.latest("pk")
    row = row_of(case)
    assert (row.form, row.originals, row.copies, row.way) == ("copy", 0, 2, "window")
    assert row.received_at == case.received_at
    paper = printed(case)
    assert [one["copies"] for one in paper["materials"]] == ["原件1份", "复印件2份"]
    assert paper["received"] == moment_words(case.received_at) and paper["received_day"] == date_words(b.at)
    assert "复印件2份" in said(client.get(url("case-materials", case.number)))


@pytest.mark.clause("Z2")
def test_what_came_online_is_electronic_and_what_is_brought_later_is_paper(b, client):
    draft = hall_cast.filled(client, b)
    client.post(go(draft, "materials"), {"file-application": photo("申请书.png")})
    client.post(go(draft, "submit"))
    case = Case.objects.latest("pk")
    assert [one["copies"] for one in printed(case)["materials"]] == ["电子件"]
    row = row_of(case, "application")
    assert (row.form, row.originals, row.copies, row.way) == ("electronic", 0, 0, "online")
    at_desk(client, b.clerk_a)
    client.post(url("case-check", case.number), checked("missing", "没有示例证明"))
    client.post(url("case-notify", case.number))
    answer = {"keys": ["proof"], "originals-proof": "1", "copies-proof": "1"}
    client.post(url("case-answer", case.number), answer)
    row = row_of(case)
    assert (row.form, row.originals, row.copies, row.way) == ("original", 1, 1, "window")
    assert [line["result"] for line in printed(case, "correction_receipt")["lines"]] == ["已收到（原件1份、复印件1份）"]
    told = {
        one["key"]: one for one in _materials(case, Saying(case, Entry.objects.about(case).latest("pk"), full=True))
    }
    assert (told["application"]["WJLX"], told["application"]["CLLX"]) == ("1", "2")
    assert (told["proof"]["WJLX"], told["proof"]["CLLX"], told["proof"]["copies"]) == ("0", "0", 1)
    assert told["proof"]["way"] == "window" and told["proof"]["received"]


@pytest.mark.clause("D8")
def test_what_first_comes_at_the_check_is_noted_then(b, client):
    case = casework.received(b, provided={"application"})
    at_desk(client, b.clerk_a)
    page = said(client.get(url("case-check", case.number)))
    assert 'name="originals-proof"' in page and 'name="originals-application"' not in page  # 收到时登记过的不改
    told = {**checked(), "originals-proof": "0", "copies-proof": "3", "scan-proof": photo("证明.png")}
    client.post(url("case-check", case.number), told)
    row = row_of(case)
    assert row.received_words == "复印件3份" and row.received_at and row.uploads.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMaterial.objects.filter(pk=row.pk).update(form="electronic")


@pytest.mark.clause("Z2")
def test_each_answer_gets_a_receipt_saying_what_still_lacks(b, client):
    case = casework.received(b, provided=set())
    checks = {"application": MISSING, "proof": MISSING}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    at_desk(client, b.clerk_b)
    page = said(client.post(url("case-answer", case.number), {"keys": ["application"]}, follow=True))
    assert "补正材料接收凭证" in page
    paper = printed(case, "correction_receipt")
    assert [line["result"] for line in paper["lines"]] == ["已收到（原件1份）", "尚缺"]
    assert paper["lacking"] == 1 and paper["deadline"]
    assert paper["received_by"] == f"{b.clerk_b.full_name}（{b.window.name}）"
    client.post(url("case-answer", case.number), {"keys": ["proof"]})
    case.refresh_from_db()
    assert case.state == "received" and Paper.objects.about(case).of_kind("correction_receipt").count() == 2
    paper = printed(case, "correction_receipt")
    assert paper["lacking"] == 0 and not paper["deadline"]
    assert {line["result"] for line in paper["lines"]} == {"已收到（原件1份）"}
    assert "补正材料接收凭证" in said(client.get(url("case-check", case.number)))


@pytest.mark.clause("Z2")
def test_a_pledge_in_place_of_paper_is_not_called_received(b):
    pledging.terms(b)
    case = casework.received(b, provided=set())
    intake.check_materials(case, checks={"application": MISSING, "proof": MISSING}, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    made = pledges.sign(case, key="proof", signer="赵申请", by=b.clerk_a, at=b.at)
    lines = printed(case, "correction_receipt")["lines"]
    assert [line["result"] for line in lines] == ["尚缺", "以承诺代替"]
    assert not row_of(case).provided and row_of(case).form == ""
    pledges.take_back(made, reason="改交材料", by=b.clerk_a, at=b.at)  # 收回了，这一项又缺了
    correction.answer(case, keys=["application"], by=b.citizen, at=b.at)
    paper = printed(case, "correction_receipt")
    assert [line["result"] for line in paper["lines"]] == ["已收到（电子件）", "尚缺"]
    assert "网上收下" in paper["received_by"]
    case.refresh_from_db()
    assert case.state == "correcting"


@pytest.mark.clause("Z2")
def test_deferred_material_gets_its_own_receipt(b, client):
    case = casework.received(b, provided={"application"})
    at_desk(client, b.clerk_a)
    client.post(url("case-check", case.number), checked("deferred", "下周取得", b.at.date().isoformat()))
    casework.promised(case, b.at)
    client.post(url("case-accept", case.number))
    told = {"copies-proof": "2", "originals-proof": "0"}
    page = client.post(url("case-deferred", case.number, "proof"), told, follow=True)
    assert "容缺材料接收凭证" in said(page)
    lines = printed(case, "deferred_receipt")["lines"]
    assert [line["result"] for line in lines] == ["已收到（复印件2份）"]


@pytest.mark.clause("D8")
def test_old_rows_are_filled_only_with_what_is_known(b, client):
    """退回、再走一遍的迁移写的：网上传的是电子件；窗口收的不知道几份，空着；容缺后来补的，不知道何时。"""
    draft = hall_cast.filled(client, b)
    client.post(go(draft, "materials"), {"file-application": photo("申请书.png")})
    client.post(go(draft, "submit"))
    online, window = Case.objects.latest("pk"), casework.received(b)
    answered = casework.told(b)
    correction.answer(answered, keys=["proof"], by=b.clerk_a, at=b.at)
    rows = CaseMaterial.objects.all()
    rows.update(form="", originals=0, copies=0, way="", received_at=None)
    row_of(window, "application").__class__.objects.filter(pk=row_of(window).pk).update(due_date=b.at.date())
    fill = importlib.import_module("approvals.migrations.0044_received").FILL
    with connection.cursor() as cursor:
        cursor.execute(fill)
    row = row_of(online, "application")
    assert (row.form, row.way, row.received_at) == ("electronic", "online", online.received_at)
    row = row_of(window, "application")
    assert (row.form, row.originals, row.way, row.received_at) == ("", 0, "window", window.received_at)
    assert row.received_words == "收到时没有登记份数"
    assert row_of(window).received_at is None  # 容缺后来补的
    line = CorrectionLine.objects.get(notice__case=answered)
    assert (row_of(answered).way, row_of(answered).received_at) == ("window", line.answered_at)
    assert not rows.filter(provided=False).exclude(way="").exists()
