"""补充归档：移交以后又有变动的，另做一个包、另行移交；原来那一包不动，没有移交完的不能销毁。"""

import json

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import archive_batches, archiving
from approvals.models import Archive
from approvals.rules import packages
from office.journal import actions as journal
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import DAY
from tests.approvals.test_archives import b, files_of, raw_of, transferred
from tests.makers import sign_in
from tests.portal.desks import said

__all__ = ["b"]
HANDED = {"receipt_number": "示例凭证9号", "received_by": "示例档案室"}


def changed(b, case, at) -> None:
    """办结以后又有变动：问一句、答一句，都记在这一件的日志里。"""
    journal.record("approvals.case.note", about=case, by=b.clerk_a, at=at, before=case.state, after=case.state)


def supplemented(b, archive):
    """移交以后有变动，夜里找到，做成了补充的包。"""
    changed(b, archive.case, b.at + DAY)
    assert archiving.catch_up(at=b.at + DAY) == 1
    assert archiving.make_due(at=b.at + DAY) == 1
    return archive.supplementary.get()


def test_what_is_added_after_the_hand_over_makes_a_package_of_its_own(b):
    archive = transferred(b)
    before = raw_of(archive)
    assert archiving.catch_up(at=b.at) == 0, "没有变动的不补"
    more = supplemented(b, archive)
    assert archiving.catch_up(at=b.at + DAY) == 0, "补过了，不再补一遍"
    assert (more.state, more.period) == ("checked", archive.period)
    archive.refresh_from_db()
    assert (archive.state, raw_of(archive)) == ("transferred", before), "移交了的那一包不动"
    manifest = json.loads(files_of(raw_of(more))["manifest.json"])
    assert manifest["supplements"]["digest"] == archive.digest
    assert manifest["supplements"]["receipt"] == archive.receipt_number
    assert packages.verified(raw_of(more)) == [], "在外面查也合格"
    changed(b, archive.case, b.at + 2 * DAY)
    archiving.catch_up(at=b.at + 2 * DAY)
    more.refresh_from_db()
    assert (more.state, archive.supplementary.count()) == ("ordered", 1), "还没有移交的补充包照新的重做"


def test_it_is_handed_over_in_the_next_list_and_marked_there(b):
    archive = transferred(b)
    more = supplemented(b, archive)
    batch = archive_batches.draw_up(b.agency, received_by="示例档案馆", by=b.editor, at=b.at + DAY)
    assert [line.archive for line in batch.lines.all()] == [more]
    (row,) = Paper.objects.get(pk=batch.paper_id).context["rows"]
    assert row["case_number"] == f"{archive.case.number}（补充）"
    told = {"receipt_number": "示例凭证8号", "transferred_on": b.at.date(), "differences": {}}
    archive_batches.acknowledge(batch, **told, by=b.editor, at=b.at + DAY, unsigned_known=True)
    more.refresh_from_db()
    assert more.state == "transferred"


def test_nothing_is_destroyed_while_a_supplement_waits_and_then_all_of_it_is(b):
    archive = transferred(b)
    more = supplemented(b, archive)
    for one in (archive, more):
        with pytest.raises(NotNow, match="补充归档"):
            archiving.propose(one, reason="已移交。", by=b.editor, at=b.at + DAY)
    archiving.transfer(more, transferred_on=b.at.date(), by=b.editor, at=b.at + DAY, unsigned_known=True, **HANDED)
    archive.refresh_from_db()
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at + DAY)
    more.refresh_from_db()
    assert more.state == "proposed"
    with pytest.raises(NotNow, match="一起销毁"):
        archiving.destroy(more, by=b.checker, at=b.at + DAY)
    stored = [archive.file.name, more.file.name]
    with b.later(execute=True):
        archiving.destroy(archive, by=b.checker, at=b.at + DAY)
    more.refresh_from_db()
    assert (archive.state, more.state) == ("deleted", "deleted")
    assert not any(default_storage.exists(name) for name in stored)
    assert archiving.catch_up(at=b.at + DAY) == 0, "销毁了的不再归集"
    assert archiving.forget_again(by=b.system, at=b.at + DAY) == 1


def test_what_changes_after_the_proposal_stops_the_destruction(b):
    archive = transferred(b)
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at)
    more = supplemented(b, archive)
    with pytest.raises(NotNow, match="还有补充归档的包没有移交"):
        archiving.destroy(archive, by=b.checker, at=b.at + DAY)
    archiving.transfer(more, transferred_on=b.at.date(), by=b.editor, at=b.at + DAY, unsigned_known=True, **HANDED)
    with pytest.raises(NotNow, match="提出销毁以后又补充归档了"):
        archiving.destroy(archive, by=b.checker, at=b.at + DAY)
    archiving.decline(archive, text="再提一次。", by=b.checker, at=b.at + DAY)
    archiving.propose(archive, reason="已移交。", by=b.editor, at=b.at + DAY)
    archiving.destroy(archive, by=b.checker, at=b.at + DAY)
    assert archive.state == "deleted"


def test_the_pages_say_which_belongs_to_which(b, client):
    archive = transferred(b)
    more = supplemented(b, archive)
    sign_in(client, b.editor)
    page = said(client.get(reverse("admin:approvals_archive_change", args=[archive.pk])))
    assert reverse("admin:approvals_archive_change", args=[more.pk]) in page
    other = said(client.get(reverse("admin:approvals_archive_change", args=[more.pk])))
    assert "补充档案" in other
    assert archive.receipt_number in other
    assert "提出销毁" not in said(client.get(reverse("admin:approvals_archive_change", args=[more.pk])))
    assert "（补充）" in said(client.get(reverse("admin:approvals_archive_changelist")))
    name = client.get(reverse("admin:approvals_archive_file", args=[more.pk]))["Content-Disposition"]
    assert f"{archive.case.number}-1.zip" in name


def test_the_database_keeps_one_whole_package_and_one_open_supplement(b):
    archive = transferred(b)
    supplemented(b, archive)
    told = {"case": archive.case, "ordered_at": b.at, "next_try_at": b.at}
    for more in ({}, {"supplements": archive}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Archive.objects.create(**told, **more)
