"""闲置退出：登录着一阵子没有动静的，会话结束；正好交上来的一页不丢，重新登录以后接着交。

只有人打开的页、交的表算动静；脚本自己取的(下拉提示、试着存)、接口、任务不算，不会让会话一直开着。
何时来过记在缓存里，不为它写库；缓存坏了就不算闲置，会话仍有它自己的期限(SESSION_COOKIE_AGE)。
"""

import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from office.vault import lock_up, open_up
from portal.language import STAFF_ONLY

KEPT = "kept_form"  # 会话里：没有交成的一页，加密
KEPT_FOR, ONCE_A_MINUTE = 3600, 60  # 秒
MOST = 200_000  # 字：再长的不留
DOORS = ("hall:login", "hall:logout", "hall:second-factor", "hall:resume")
SECRET = re.compile("csrfmiddlewaretoken|password")
GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


class Middleware:
    """在跨站核对以后：别的网站代他交来的，核对就挡住了，留不下来。"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user, hand = request.user, by_hand(request)
        limit = limit_of(user)
        if not limit:
            return None
        if not _too_long(request.session.session_key, limit, seen_now=hand):
            _handed_in(request)
            return None
        who = user.pk
        logout(request)  # 会话里的都忘掉
        if request.resolver_match.view_name in DOORS or not hand:
            return None
        told = {"n": limit // 60}
        if request.method == "POST":
            _keep(request, who)
            messages.info(request, _("%(n)s 分钟没有操作，已经退出。刚才交的还没有收下，重新登录以后接着交。") % told)
            return redirect_to_login(reverse("hall:resume"))
        messages.info(request, _("%(n)s 分钟没有操作，已经退出。") % told)
        return redirect_to_login(request.get_full_path()) if request.path.startswith(STAFF_ONLY) else None


def limit_of(user: Any) -> int:
    """闲置几秒退出：工作人员、群众各定；没有登录的、定为 0 的不算。"""
    if not user.is_authenticated:
        return 0
    return int(settings.IDLE_MINUTES["staff" if user.kind == "staff" else "citizen"]) * 60


def by_hand(request: HttpRequest) -> bool:
    """人打开的、交的，不是脚本在后面取的。"""
    if wanted := request.headers.get("Sec-Fetch-Dest", ""):
        return wanted in ("document", "frame", "iframe")
    accepted = request.headers.get("Accept", "")
    return not accepted or "text/html" in accepted


def _too_long(session: str, limit: int, *, seen_now: bool) -> bool:
    """离上次太久；人来的顺手记下这一次，一分钟至多记一次。"""
    now = int(time.time())
    try:
        seen = cache.get(key_of(session))
        if seen is not None and now - seen > limit:
            return True
        if seen is None or (seen_now and now - seen > ONCE_A_MINUTE):
            touch(session)
    except RedisError:
        logger.warning("缓存不应答，不算闲置")
    return False


def touch(session: str) -> None:
    """此刻来过。"""
    cache.set(key_of(session), int(time.time()), settings.SESSION_COOKIE_AGE)


def key_of(session: str) -> str:
    return f"idle:{session}"


def _keep(request: HttpRequest, who: int) -> None:
    """留下交来的一页：填的字，和选过的文件叫什么；文件本身、密码不留，接着交的时候再填。"""
    fields = {name: values for name, values in request.POST.lists() if not SECRET.search(name)}
    files = {name: [one.name for one in chosen] for name, chosen in request.FILES.lists()}
    until = time.time() + KEPT_FOR
    kept = {"who": who, "path": request.get_full_path(), "fields": fields, "files": files, "until": until}
    text = json.dumps(kept, ensure_ascii=False)
    if len(text) <= MOST:
        request.session[KEPT] = lock_up(text)


def kept_for(request: Any) -> dict[str, Any] | None:
    """留着的一页；别的人登录了的、过了一小时的，丢掉。"""
    if KEPT not in request.session:
        return None
    kept: dict[str, Any] = json.loads(open_up(request.session[KEPT]))
    if kept["who"] != request.user.pk or kept["until"] < time.time():
        del request.session[KEPT]
        return None
    return kept


def _handed_in(request: Any) -> None:
    """留着的一页接着交了，不用再留。"""
    if request.method == "POST" and (kept := kept_for(request)) and kept["path"] == request.get_full_path():
        del request.session[KEPT]
