"""队列的门:密码加动态口令;第一次绑定手机;闲置退出;不留缓存;谁看得到哪些栏目。"""

import re
import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from office.journal.models import Entry
from portal import idle
from tests.makers import citizen, sign_in

QUEUE, LOGIN, ENROL = "/queue/", "/queue/login/", "/queue/enrol/"
LIST = "/queue/denials/report/"
PASSWORD = "a-long-example-phrase"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def token(device):
    return str(TOTP(device.bin_key).token()).zfill(6)


def enrolled(user, name="手机"):
    return TOTPDevice.objects.create(user=user, name=name)


def knows_password(user):
    user.set_password(PASSWORD)
    user.save()
    return {"username": user.username, "password": PASSWORD}


def test_a_stranger_is_sent_to_the_one_door_and_back(client, bureau):
    answer = client.get(LIST, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('hall:login')}?next={LIST}"
    told = knows_password(bureau.chief)
    device = enrolled(bureau.chief)
    answer = client.post(reverse("hall:login"), {**told, "next": LIST}, follow=True)
    assert client.get(LIST).status_code == 302  # 密码对了还不算
    assert token(device) in answer.content.decode()  # 演示环境提示此刻的口令
    answer = client.post(reverse("hall:second-factor"), {"token": token(device)}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST and "等待我处理" in answer.content.decode()


def test_password_alone_never_enters(client, bureau):
    client.force_login(bureau.director)
    enrolled(bureau.director)
    answer = client.get(LIST, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("hall:login"))
    assert client.get(ENROL, follow=True).redirect_chain[-1][0].startswith(reverse("hall:login"))


def test_first_time_binds_the_phone(client, bureau):
    client.force_login(bureau.deputy)
    answer = client.get(QUEUE, follow=True)
    assert answer.redirect_chain[-1][0] == f"{ENROL}?next={QUEUE}"
    page = answer.content.decode()
    device = TOTPDevice.objects.get(user=bureau.deputy, confirmed=False)
    assert "data:image/svg+xml" in page and token(device) in page and "no-store" in answer["Cache-Control"]
    assert "口令不对" in client.post(ENROL, {"token": "000000"}).content.decode()
    assert "六位数字" in client.post(ENROL, {"token": "abc"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post(ENROL, {"token": token(device), "next": LIST}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)] and answer.status_code == 200
    device.refresh_from_db()
    assert device.confirmed
    assert Entry.objects.about(bureau.deputy).filter(verb="portal.second_factor.enrol").exists()
    assert client.get(ENROL, follow=True).redirect_chain[-1][0] == "/queue/denials/report/"  # 绑定过的不再绑


def test_the_code_is_shown_only_in_the_demonstration(client, bureau, settings):
    settings.DEMONSTRATION = False
    client.force_login(bureau.deputy)
    page = client.get(ENROL).content.decode()
    assert token(TOTPDevice.objects.get(user=bureau.deputy)) not in page


@pytest.mark.parametrize("who", ["clerk_a", "reviewer", "citizen"])
def test_who_has_no_place_in_the_queue_is_told_so(client, bureau, who):
    client.force_login(getattr(bureau, who))
    answer = client.get(QUEUE, follow=True)
    assert answer.status_code == 403 and "进不了审定队列" in answer.content.decode()
    assert client.get(ENROL, follow=True).status_code == 403 and not TOTPDevice.objects.exists()


def test_next_never_leads_away(client, bureau):
    sign_in(client, bureau.director)
    assert client.get(LOGIN, {"next": "https://evil.example/"})["Location"] == QUEUE
    assert client.get(LOGIN, {"next": LIST})["Location"] == LIST


def test_pages_are_not_kept_and_idleness_ends_the_session(client, bureau):
    sign_in(client, bureau.chief)
    assert "no-store" in client.get(LIST)["Cache-Control"]
    long_ago = int(time.time()) - 31 * 60
    cache.set(idle.key_of(client.session.session_key), long_ago, 3600)
    answer = client.get(LIST, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("hall:login"))
    assert "30 分钟没有操作" in answer.content.decode()
    assert client.get(LIST).status_code == 302


def test_leaving_ends_the_session(client, bureau):
    sign_in(client, bureau.chief)
    assert client.get("/queue/logout/").status_code == 405
    client.post("/queue/logout/")
    assert client.get(LIST).status_code == 302


REPORTS = ["等待我处理", "阅知（否定报备）", "日汇总表", "先例"]
LED = ["时限政策", "首问与询问时限"]
RATED = ["差评整改", "好差评"]
CALENDAR = ["节假日与调休", "年度安排", "日历变更"]
BUREAU = ["机关", "单位", "工作周历", "值班表", "岗位", "任职", "离岗", "印章", "人员"]
CATALOG = [
    *(
        "事项",
        "办事指南",
        "停办",
        "同义词",
        "没有搜到的词",
        "对号入座",
        "权责清单",
        "特别程序备案",
        "不能网办的批准",
        "不能网办的备案",
    ),
    *("改版减了多少", "明进暗不进、体外循环"),
]
MENUS = {
    "chief": [*REPORTS, "办件", "亮牌", *RATED, "工作手册", "离岗", "通知"],
    "deputy": [*REPORTS, *LED, "办件", "亮牌", "延期批准", "撤回、撤销审定", *RATED, "离岗", "通知"],
    "director": [*REPORTS, *LED, "办件", "亮牌", "延期批准", "撤回、撤销审定", *RATED, "离岗", "通知"],
    "editor": [
        "时限政策",
        "首问与询问时限",
        "告知承诺书文本",
        "电子档案",
        "档案移交清册",
        "档案保管期限",
        "委托",
        *CATALOG,
        "工作手册",
        "目录导入导出",
        "离岗",
        "通知",
        *CALENDAR,
    ],
    "auditor": [
        "时限政策",
        "首问与询问时限",
        "告知承诺书文本",
        "电子档案",
        "档案移交清册",
        "档案保管期限",
        "交换报文",
        "收到的报文",
        *CATALOG,
        *BUREAU,
        "日志",
        "通知",
        "文书",
        *CALENDAR,
        "搁置的期限",
    ],
    "personnel": ["时限政策", "首问与询问时限", "电子档案", "档案移交清册", *BUREAU, "通知", *CALENDAR],
}


@pytest.mark.parametrize("who", MENUS)
def test_the_menu_has_what_the_role_needs_and_every_page_of_it_opens(client, bureau, who):
    sign_in(client, getattr(bureau, who))
    page = client.get("/queue/", follow=True)
    rooms = page.context["available_apps"]
    tables = [table for room in rooms for table in room["models"]]
    assert sorted(table["name"] for table in tables) == sorted(MENUS[who])
    for table in tables:
        assert client.get(table["admin_url"]).status_code == 200, table["name"]
        if table["add_url"]:
            assert client.get(table["add_url"]).status_code == 200, table["name"]


ROOMS = ["denials_report", "denials_registerentry", "denials_sheet", "denials_precedent"]


@pytest.mark.parametrize("who", ["editor", "auditor", "personnel"])
@pytest.mark.parametrize("table", [*ROOMS, "approvals_case", "approvals_flag"])
def test_who_is_not_on_the_ladder_sees_none_of_it(client, bureau, who, table):
    sign_in(client, getattr(bureau, who))
    assert client.get(reverse(f"admin:{table}_changelist")).status_code == 403


def test_nothing_on_the_page_is_written_inline(client, bureau):
    sign_in(client, bureau.director)
    for url in ("/queue/denials/report/", "/queue/denials/registerentry/", "/queue/denials/ladderpolicy/add/"):
        page = client.get(url).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]* src=)", page), url


def test_a_citizen_with_a_device_is_still_no_staff(client, bureau):
    visitor = citizen("citizen.9")
    enrolled(visitor)
    sign_in(client, visitor)
    assert client.get(LIST, follow=True).status_code == 403
