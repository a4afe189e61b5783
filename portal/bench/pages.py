"""页面要多少毫秒:在进程里走完整条路(中间件、会话、查询、模板),不含网络。"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import User
from approvals.models import Case
from denials.models import Turn
from office.workdays import clock
from portal.hall.access import TRACKED

RUNS, WARM = 60, 5
# 两个字、一句话、繁体、拼音、首字母、到处都有的词、同音的错别字、拼错的拼音、没有的。
SEARCHES = (
    "低保", "家里困难怎么申请补助", "養老院備案", "jiehunzheng", "DB", "登记", "社会团体成立登记", "地保", "dibaoo",
    "买火车票",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    name: str
    url: str
    client: Client
    goal: int | None = None  # 毫秒,第 95 百分位
    cold: bool = False  # 每次先清缓存


def pages() -> Iterator[Page]:
    """要量的页面:各以该看它的人的身份。"""
    deputy, window, chief = (signed_in(name) for name in ("deputy.1", "window.a", "chief.orgs"))
    report = first_waiting(User.objects.get(username="deputy.1"))
    tracker, number = tracked()
    yield Page("首页", reverse("hall:home"), Client())
    yield Page("事项清单", reverse("hall:items"), Client())
    yield Page("办事指南(一项)", reverse("hall:guide", args=["orgs-found"]), Client(), 40)
    yield Page("办事指南(一项,不用缓存)", reverse("hall:guide", args=["orgs-found"]), Client(), cold=True)
    for said in SEARCHES:
        yield Page(f"搜“{said}”", f"{reverse('hall:items')}?{urlencode({'q': said})}", Client(), 50)
    yield Page("查进度(一件)", reverse("hall:track-case", args=[number]), tracker, 30)
    yield Page("审定队列:等我处理(副局长)", reverse("admin:denials_report_changelist"), deputy, 100)
    yield Page("审定队列:一份报告(副局长)", reverse("admin:denials_report_change", args=[report]), deputy, 100)
    yield Page("窗口:今日(经办人)", reverse("desk:today"), window)
    yield Page("窗口:办件清单(经办人)", reverse("desk:cases"), window)
    yield Page("窗口:待审查(科室负责人)", reverse("desk:reviews"), chief)


@dataclass(frozen=True)
class Taken:
    """一页量到的:查询数;每次的毫秒数,和其中本进程真正在算的(别人占着机器时,看它才公平)。"""

    queries: int
    wall: list[float]
    busy: list[float]


def measure(page: Page, runs: int = RUNS) -> Taken:
    """先热身,再量 runs 次。页面打不开就报错。"""
    for _ in range(WARM):
        answer = page.client.get(page.url)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.name}:{answer.status_code} {answer.headers.get('Location', '')}")
    with CaptureQueriesContext(connection) as captured:
        _fresh(page)
        page.client.get(page.url)
    taken = Taken(len(captured), [], [])
    for _ in range(runs):
        _fresh(page)
        began, busy = time.perf_counter(), time.process_time()
        page.client.get(page.url)
        taken.busy.append((time.process_time() - busy) * 1000)
        taken.wall.append((time.perf_counter() - began) * 1000)
    return taken


def _fresh(page: Page) -> None:
    if page.cold:
        cache.clear()


def signed_in(username: str) -> Client:
    """登录,连第二因素一起过。"""
    client, user = Client(), User.objects.get(username=username)
    with override_settings(AXES_ENABLED=False):  # 不经登录页,没有来访地址可记
        client.force_login(user)
    device, _ = TOTPDevice.objects.get_or_create(user=user, name="测量")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def first_waiting(user: User) -> int:
    """此刻等这个人审的第一份报告。"""
    return Turn.objects.waiting_for(user, clock.now()).values_list("report", flat=True)[0]


def tracked() -> tuple[Client, str]:
    """一件日志最多的办件,和看得到它的会话。"""
    case = Case.objects.filter(submission_key__startswith="demonstration-", state="closed").order_by("-pk")[0]
    client = Client()
    session = client.session
    session[TRACKED] = {case.number: clock.now().timestamp() + 3600}
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    return client, case.number
