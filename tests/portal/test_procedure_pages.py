"""特别程序从工作台到进度页，全走页面。"""

import pytest
from django.urls import reverse

from approvals.models import Procedure
from tests import casework
from tests.approvals.listed import ADVICE, EXPERTS
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found


@pytest.fixture
def b(bureau):
    return ready(bureau, special_procedures=[EXPERTS, ADVICE])


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


@pytest.mark.clause("D10")
def test_procedure_is_started_shown_to_the_citizen_and_ended(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    page = said(client.get(url("case", case.number)))
    assert "启动特别程序" in page
    page = said(client.get(url("case-procedures", case.number)))
    assert "专家评审" in page and "15个工作日" in page and url("procedure-start", case.number, "experts") in page
    start = url("procedure-start", case.number, "experts")
    assert "请填写" in said(client.post(start, {"reason": ""}))
    page = said(client.post(start, {"reason": "涉及专业标准。"}, follow=True))
    assert "特别程序告知书" in page and "打开打印" in page
    assert "正在进行，不能再启动一次" in said(client.post(start, {"reason": "再来一次。"}))

    sign_in(client, b.chief)
    page = said(client.get(url("case", case.number)))
    assert "特别程序还没有结束，不能作出决定" in page and "已暂停" in page and "结束：专家评审" in page
    assert "特别程序还没有结束" in said(client.post(url("case-grant", case.number), {"decision": "准予。"}))

    client.logout()
    page = said(client.get(found(client, case)))
    assert "专家评审" in page and "不算在办理期限里" in page and "看告知书" in page
    assert "我们承诺在" not in page  # 停着的期限不说
    assert "开始特别程序，办理期限停下不计" in page

    sign_in(client, b.reviewer)
    procedure = Procedure.objects.get()
    end = url("procedure-end", case.number, procedure.pk)
    client.post(end, {"result": "专家一致同意。"})
    case.refresh_from_db()
    assert case.procedures_running == 0
    assert "已结束" in said(client.post(end, {"result": "再结束一次。"}))
    page = said(client.get(url("case-history", case.number)))
    assert "专家一致同意" in page and "approvals." not in page
    client.logout()
    page = said(client.get(found(client, case)))
    assert "专家一致同意" in page and "我们承诺在" in page


def test_what_the_guide_does_not_list_has_no_page(b, client):
    case = casework.accepted(b)
    at_desk(client, b.reviewer)
    assert client.get(url("procedure-start", case.number, "hearing")).status_code == 404
    assert client.post(url("procedure-start", case.number, "hearing"), {"reason": "想听证"}).status_code == 404
    assert client.get(url("procedure-end", case.number, 1)).status_code == 404
