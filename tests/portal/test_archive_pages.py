"""电子档案的页面：检测结果、登记移交、两个人销毁；办件页说档案在哪里。"""

import pytest
from django.test import Client
from django.urls import reverse

from office.papers import engine
from office.vault import digest
from tests import makers
from tests.approvals.test_archives import PDF
from tests.exchanging import archived
from tests.portal.desks import ready, said


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return ready(bureau)


def inside(user):
    client = Client()
    makers.sign_in(client, user)
    return client


def test_transfer_and_deletion_through_the_pages(b):
    archive = archived(b)
    editor, checker, auditor = inside(b.editor), inside(b.checker), inside(b.auditor)
    page = reverse("admin:approvals_archive_change", args=[archive.pk])
    assert archive.case.number in said(editor.get(reverse("admin:approvals_archive_changelist")))
    shown = said(editor.get(page))
    assert shown.count("合格") >= 4 and archive.digest in shown and "登记移交" in shown
    assert "您可以看" in said(auditor.get(page))

    def do(client, name, **told):
        url = reverse("admin:approvals_archive_deed", args=[archive.pk, name])
        return client.post(url, {f"{name}-{key}": value for key, value in told.items()})

    assert do(auditor, "check").status_code == 403
    assert do(editor, "transfer", received_by="示例档案室").status_code == 422
    day = b.at.date().isoformat()
    do(editor, "transfer", received_by="示例档案室", receipt_number="示例凭证1号", transferred_on=day)
    assert editor.get(reverse("admin:approvals_archive_file", args=[archive.pk]))["Content-Type"] == "application/zip"
    do(editor, "propose", reason="已移交。")
    assert "要另一位管理员同意" in said(editor.get(page))
    assert do(editor, "destroy").status_code == 409
    assert do(checker, "destroy").status_code == 302
    assert "已销毁" in said(checker.get(page))
    desk = said(inside(b.clerk_a).get(reverse("desk:case", args=[archive.case.number])))
    assert "示例凭证1号" in desk and "已经销毁" in desk and "赵申请" not in desk
