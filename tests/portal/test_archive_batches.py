"""成批移交：档案员列清册、打印、登记接收；有差异的留下有人负责；管理员和稽核各看各的。"""

import datetime

import pytest
from django.core.files.storage import default_storage
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.states import Role
from approvals.actions import archive_batches, archiving, decision
from approvals.models import Archive, ArchiveBatch, ArchiveBatchLine
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from office.vault import digest
from office.workdays import clock
from tests import casework, makers
from tests.approvals.test_archives import PDF
from tests.exchanging import archived
from tests.portal.desks import ready, said

NEW = "admin:approvals_archivebatch_new"
LIST = "admin:approvals_archivebatch_changelist"


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    b = ready(bureau)
    b.archivist = User.objects.create_user("archivist", full_name="曹示例", kind="staff")
    makers.staffed(b.lead, Role.ARCHIVIST, b.archivist)
    first = archived(b)
    for _ in range(2):
        decision.withdraw(casework.received(b, b.at), reason="不办了。", by=b.citizen, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    b.archives = list(Archive.objects.order_by("pk"))
    assert first in b.archives and len(b.archives) == 3
    return b


def inside(user):
    client = Client()
    makers.sign_in(client, user)
    return client


def drawn(b):
    return archive_batches.draw_up(b.agency, received_by="示例档案馆", by=b.archivist, at=b.at)


def do(client, batch, name, **told):
    url = reverse("admin:approvals_archivebatch_deed", args=[batch.pk, name])
    return client.post(url, {f"{name}-{key}": value for key, value in told.items()}, follow=True)


def states(b):
    return list(Archive.objects.order_by("pk").values_list("state", flat=True))


def test_an_archivist_hands_a_whole_batch_over(b):
    client = inside(b.archivist)
    page = said(client.get(reverse(LIST)))
    assert "该移交的" in page and "3件" in page and "列移交清册" in page
    assert "请" in said(client.post(reverse(NEW), {"agency": b.agency.pk, "received_by": ""}))
    client.post(reverse(NEW), {"agency": b.agency.pk, "received_by": "示例档案馆"})
    batch = ArchiveBatch.objects.get()
    paper = Paper.objects.get(kind="archive_list")
    assert [row["digest"] for row in paper.context["rows"]] == [one.digest for one in b.archives]
    assert paper.context["total"] == "3件" and paper.context["digest"] == digest(
        "".join(one.digest for one in b.archives).encode()
    )
    papers.empty_tray(at=clock.now(), limit=5)
    shown = said(client.get(reverse("admin:approvals_archivebatch_change", args=[batch.pk])))
    assert "打印移交清册" in shown and all(one.digest in shown for one in b.archives)
    url = reverse("admin:approvals_archivebatch_paper", args=[batch.pk])
    assert client.get(url)["Content-Type"] == "application/pdf"
    day = b.at.date().isoformat()
    assert "看不懂" in said(
        do(client, batch, "acknowledge", receipt_number="收1", transferred_on=day, differences="二")
    )
    done = said(do(client, batch, "acknowledge", receipt_number="收1", transferred_on=day, differences=""))
    assert "已登记接收" in done and states(b) == ["transferred"] * 3
    assert set(Archive.objects.values_list("receipt_number", "received_by")) == {("收1", "示例档案馆")}
    assert Entry.objects.filter(verb="approvals.archive.transfer").count() == 3


def test_differences_stay_behind_with_an_owner_until_settled(b):
    client, batch = inside(b.archivist), drawn(b)
    day = b.at.date().isoformat()
    do(client, batch, "acknowledge", receipt_number="收1", transferred_on=day, differences="2：摘要对不上\n")
    assert states(b) == ["transferred", "checked", "transferred"]
    line = batch.lines.get(order=2)
    assert (line.difference, line.owner) == ("摘要对不上", b.archivist)
    with pytest.raises(NotNow, match="没有该移交的"):  # 差异没有了结，不列进下一本
        drawn(b)
    url = reverse("admin:approvals_archivebatch_settle", args=[batch.pk, 2])
    assert "没有了结" in said(client.get(reverse("admin:approvals_archivebatch_change", args=[batch.pk])))
    client.post(url, {"line2-settlement": ""})
    client.post(url, {"line2-settlement": "对方读卡器坏了，重新核对无误。"})
    line.refresh_from_db()
    assert line.settled_at and drawn(b).lines.get().archive == line.archive
    with pytest.raises(Error), transaction.atomic():
        ArchiveBatchLine.objects.filter(pk=line.pk).update(owner=None)


def test_a_package_is_in_one_open_list_only_and_a_dropped_list_frees_it(b):
    batch = drawn(b)
    with pytest.raises(NotNow, match="没有该移交的"):
        drawn(b)
    do(inside(b.archivist), batch, "drop", reason="接收的单位写错了。")
    batch.refresh_from_db()
    assert batch.state == "dropped" and drawn(b).lines.count() == 3
    with pytest.raises(Error), transaction.atomic():
        ArchiveBatch.objects.filter(pk=batch.pk).update(reason="")


def test_what_changed_after_the_list_was_drawn_cannot_slip_through(b):
    batch = drawn(b)
    archiving.make_again(b.archives[0], by=b.archivist, at=b.at)
    told = {"receipt_number": "收1", "transferred_on": b.at.date(), "by": b.archivist, "at": b.at}
    with pytest.raises(NotNow, match="第 1 件"):
        archive_batches.acknowledge(batch, differences={}, **told)
    assert states(b) == ["ordered", "checked", "checked"]
    with pytest.raises(NotNow, match="没有第 9 件"):
        archive_batches.acknowledge(ArchiveBatch.objects.get(), differences={9: "示例"}, **told)


def test_a_damaged_package_is_found_before_it_is_listed(b):
    default_storage.delete(b.archives[1].file.name)
    assert drawn(b).lines.count() == 2 and states(b)[1] == "faulty"


def test_the_archivist_transfers_but_does_not_destroy(b):
    batch = drawn(b)
    told = {"receipt_number": "收1", "transferred_on": b.at.date(), "by": b.archivist, "at": b.at}
    archive_batches.acknowledge(batch, differences={}, **told)
    client = inside(b.archivist)
    page = said(client.get(reverse("admin:approvals_archive_change", args=[b.archives[0].pk])))
    assert "提出销毁" not in page
    url = reverse("admin:approvals_archive_deed", args=[b.archives[0].pk, "propose"])
    assert client.post(url, {"propose-reason": "没地方了。"}).status_code in (403, 409)
    assert states(b) == ["transferred"] * 3
    assert inside(b.auditor).post(reverse(NEW), {}).status_code == 403
    assert inside(b.auditor).get(reverse(LIST)).status_code == 200
    assert inside(b.chief).get(reverse(LIST)).status_code == 403


def test_a_batch_without_its_receipt_is_asked_about_every_month_until_it_comes(b):
    batch = drawn(b)
    later = b.at + datetime.timedelta(days=30)
    told = Notice.objects.filter(kind="archive.unacknowledged")
    assert archive_batches.remind(at=later - datetime.timedelta(minutes=1)) == 0
    assert (archive_batches.remind(at=later), archive_batches.remind(at=later)) == (1, 0)
    one = told.get()
    assert one.to == b.archivist and batch.number in one.body and "示例档案馆" in one.body
    b.archivist.is_active = False
    b.archivist.save()
    assert archive_batches.remind(at=later + datetime.timedelta(days=31)) == 1
    others = set(told.exclude(pk=one.pk).values_list("to", flat=True))
    assert others and b.archivist.pk not in others
    archive_batches.drop(batch, reason="没有交。", by=b.editor, at=later)
    assert archive_batches.remind(at=later + datetime.timedelta(days=99)) == 0
