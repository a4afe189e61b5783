"""闲置退出：工作人员三十分钟没有动静，会话结束；正好交上来的不丢，重新登录的本人接着交。"""

import time

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.models import Case
from portal import idle
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said

TODAY = "/desk/"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Dest": "document"}
SCRIPT = {"Accept": "*/*", "Sec-Fetch-Dest": "empty"}


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau)


def away(client, minutes):
    """这么久没有动静。"""
    cache.set(idle.key_of(client.session.session_key), int(time.time()) - minutes * 60, 3600)


def intake_of(client, b):
    page = reverse("desk:receive", args=[b.item.code])
    form = client.get(page).context
    told = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
    told |= {"channel": "1", "unit": b.window.code, "key": form["handed"]["key"].value()}
    return page, told | {"provided": ["application", "proof"]}


def test_an_idle_session_ends_and_a_lively_one_goes_on(b, client):
    at_desk(client, b.clerk_a)
    client.get(TODAY)
    away(client, 29)
    assert client.get(TODAY, headers=BROWSER).status_code == 200
    away(client, 31)
    answer = client.get(TODAY, headers=BROWSER, follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("hall:login")) and "30 分钟没有操作" in said(answer)
    assert "_auth_user_id" not in client.session


def test_what_a_script_fetches_keeps_no_session_alive(b, client):
    at_desk(client, b.clerk_a)
    client.get(TODAY)
    away(client, 25)
    client.get(reverse("hall:suggest"), {"q": "示"}, headers=SCRIPT)
    seen = cache.get(idle.key_of(client.session.session_key))
    assert time.time() - seen > 24 * 60
    away(client, 31)
    client.get(reverse("hall:suggest"), {"q": "示"}, headers=SCRIPT)
    assert "_auth_user_id" not in client.session, "脚本来取，过了的也退出"


def test_a_button_keeps_it_alive(b, client):
    at_desk(client, b.clerk_a)
    assert reverse("hall:stay") in said(client.get(TODAY))
    away(client, 29)
    assert client.post(reverse("hall:stay"), headers=SCRIPT).status_code == 204
    assert time.time() - cache.get(idle.key_of(client.session.session_key)) < 60
    away(client, 31)
    assert client.post(reverse("hall:stay"), headers=SCRIPT).status_code == 302


@pytest.mark.clause("S5")
def test_a_form_sent_too_late_is_handed_in_after_signing_in(b, client):
    at_desk(client, b.clerk_a)
    page, told = intake_of(client, b)
    away(client, 40)
    answer = client.post(
        page, told | {"old_password": "示例口令", "agent-scan": SimpleUploadedFile("委托书.pdf", b"%PDF-1.7\n%%EOF")}
    )
    resume = reverse("hall:resume")
    assert answer.url == f"{reverse('hall:login')}?next={resume}" and not Case.objects.exists()
    assert "赵申请" not in str(client.session.items()), "留着的是密文"
    sign_in(client, b.clerk_a)
    shown = said(client.get(resume))
    assert f'action="{page}"' in shown and "赵申请" in shown and "委托书.pdf" in shown and "文件要重新选" in shown
    assert "示例口令" not in shown, "密码不留"
    client.post(page, told)
    assert Case.objects.count() == 1
    assert client.get(resume).status_code == 302, "交了就不留了"


def test_another_who_signs_in_sees_none_of_it(b, client):
    at_desk(client, b.clerk_a)
    page, told = intake_of(client, b)
    away(client, 40)
    client.post(page, told)
    sign_in(client, b.clerk_b)
    assert client.get(reverse("hall:resume")).status_code == 302
    assert idle.KEPT not in client.session


def test_another_site_leaves_nothing_behind(b):
    """跨站核对在先：别的网站代他交来的，留不下来。"""
    client = Client(enforce_csrf_checks=True)
    at_desk(client, b.clerk_a)
    client.get(TODAY)
    away(client, 40)
    page = reverse("desk:receive", args=[b.item.code])
    assert client.post(page, {"name": "别处写的"}).status_code == 403
    assert idle.KEPT not in client.session


def test_a_citizen_has_longer(b, client):
    sign_in(client, b.citizen)
    client.get(reverse("hall:space"))
    away(client, 100)
    assert client.get(reverse("hall:space")).status_code == 200
    away(client, 121)
    client.get(reverse("hall:home"))
    assert "_auth_user_id" not in client.session
