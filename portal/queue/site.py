"""队列站点:重新着装的 Django admin,要求第二因素;闲置自动退出,页面不留缓存。"""

import datetime
from collections.abc import Callable, Iterable
from functools import cache, cached_property, partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, re_path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django_otp import devices_for_user

from agencies.models import User
from approvals.models import Extension, Retraction
from denials.models import Reading, Recall, Turn
from denials.rules import LADDER
from office.prepared import KEY, KEYS, Prepared
from office.workdays.clock import moment
from portal.queue import enrol, exchange, manuals, sheets, stuck

# 先是每天要看的,后是维护的;没有列出的(登录锁定、口令设备)在最后,只有维护账户看得到。
ROOMS = ("denials", "approvals", "supervision", "delegation", "catalog", "agencies", "office")
# 栏目的叫法与先后;没有列出的用表名,排在后面。
CALLED = {
    "Report": "等待我处理",
    "RegisterEntry": "阅知（否定报备）",
    "Sheet": "日汇总表",
    "Precedent": "先例",
    "LadderPolicy": "时限政策",
    "ServicePolicy": "首问与询问时限",
    "PledgeTerms": "告知承诺书文本",
    "Extension": "延期批准",
    "Retraction": "撤回、撤销审定",
    "Item": "事项",
    "Guide": "办事指南",
    "Suspension": "停办",
    "Power": "权责清单",
}


class Waiting:
    """等我的各有几件:画到才数。"""

    def __init__(self, user: User, at: Callable[[], datetime.datetime]) -> None:
        self.user, self.at = user, at

    @cached_property
    def counts(self) -> dict[str, int]:
        return dict(_counting().rows(sorted(self.user.duties(self.at())), self.user.pk))

    @property
    def reports(self) -> int:
        return self.counts.get("report", 0)

    @property
    def extensions(self) -> int:
        return self.counts.get("extension", 0)

    @property
    def retractions(self) -> int:
        return self.counts.get("retraction", 0)

    @property
    def recalls(self) -> int:
        return self.counts.get("recall", 0)

    @property
    def readings(self) -> int:
        return self.counts.get("entry", 0)


@cache
def _counting() -> Prepared:
    """等这些岗位的各有几件：队列的每一页都要问。"""

    def counting(posts: list[int], user: int) -> QuerySet[Any, tuple[str, int]]:
        reports = _counted(Turn.objects.waiting_at(posts), "report")
        readings = _counted(Reading.objects.waiting_at(posts), "entry")
        extensions = _counted(Extension.objects.waiting_at(posts), "extension", "pk")
        recalls = _counted(Recall.objects.waiting_at(posts), "recall", "pk")
        retractions = _counted(Retraction.objects.waiting_at(posts, user), "retraction", "pk")
        return reports.union(readings, extensions, recalls, retractions, all=True)

    return Prepared(counting, KEYS, KEY)


def _counted(rows: QuerySet[Any], noun: str, field: str = "") -> QuerySet[Any, tuple[str, int]]:
    """有几份不同的;几个数合成一条查询。"""
    return rows.order_by().values_list(Value(noun)).annotate(Count(field or noun, distinct=True))


# 维护账户能删的:解锁一次登录锁定,收回丢了的手机。登录记录谁也不能改、不能删(网络安全法:留存不少于六个月)。
RELEASABLE = ("axes.accessattempt", "otp_totp.totpdevice")


class Maintenance:
    """别人家的表(登录锁定、口令设备):只有维护账户能看,也不必向库里问权限;能替人删,不能替人绑。"""

    opts: Any

    def has_module_permission(self, request: Any) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    has_change_permission = has_add_permission

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.is_superuser and self.opts.label_lower in RELEASABLE)


class QueueSite(AdminSite):
    site_header = "不行权审定队列"
    site_title = "审定队列"
    index_title = "全部栏目"
    empty_value_display = "—"
    password_change_template = "admin/password_change.html"  # noqa: S105 模板的名字
    password_change_done_template = "admin/password_changed.html"  # noqa: S105

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """授权只来自任职:用户组不用;别人家的表归维护账户。"""
        tables: Any = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for table in tables:
            kept = admin_class
            if table._meta.app_label not in ROOMS:
                kept = type("Kept", (Maintenance, admin_class or ModelAdmin), {})
            if table is not Group:
                super().register(table, kept, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """在用的、进队列的工作人员,而且过了第二因素。"""
        user: Any = request.user
        return bool(user.is_active and user.is_staff and user.is_verified())

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """每一页都不留缓存;闲置太久的由 portal.idle 退出。"""
        return super().admin_view(view, cacheable=False)

    def get_urls(self) -> list[Any]:
        mine = [
            path("enrol/", enrol.enrol, name="enrol"),
            path("exchange/", self.admin_view(partial(exchange.index, site=self)), name="exchange"),
            path("exchange/hand-in/", self.admin_view(partial(exchange.hand_in, site=self)), name="exchange_hand_in"),
            path("exchange/<int:key>/", self.admin_view(partial(exchange.intake, site=self)), name="exchange_intake"),
            re_path(
                r"^exchange/export/(?P<form>xlsx|csv|json)/$", self.admin_view(exchange.export), name="exchange_export"
            ),
            re_path(
                r"^exchange/(?P<key>\d+)/(?P<name>confirm|discard)/$",
                self.admin_view(exchange.deed),
                name="exchange_deed",
            ),
            path("manuals/", self.admin_view(partial(manuals.index, site=self)), name="manuals"),
            path("manuals/order/", self.admin_view(partial(manuals.order, site=self)), name="manuals_order"),
            path("manuals/<int:key>/file/", self.admin_view(manuals.file), name="manuals_file"),
            re_path(
                r"^manuals/(?P<key>\d+)/(?P<name>cancel|retry)/$", self.admin_view(manuals.deed), name="manuals_deed"
            ),
            re_path(
                r"^sheets/(?P<key>\d+)/(?P<material>[-\w]+)/(?P<name>blank|sample)\.pdf$",
                self.admin_view(sheets.proof),
                name="sheets_proof",
            ),
            path("stuck/", self.admin_view(partial(stuck.stuck, site=self)), name="stuck"),
        ]
        return [*mine, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """进门:用户名、密码和动态口令都在大厅的同一个门;还没有口令的先绑定手机。"""
        user: Any = request.user
        wanted = enrol.inside(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
        if self.has_permission(request):
            return redirect(wanted)
        if not user.is_authenticated:
            return redirect_to_login(wanted, reverse("hall:login"))
        if not (user.is_active and user.is_staff):
            context = {**self.each_context(request), "title": "进不了审定队列"}
            return TemplateResponse(request, "admin/no_entry.html", context, status=403)
        if any(devices_for_user(user)):
            return redirect_to_login(wanted, reverse("hall:login"))
        return redirect_to_login(wanted, reverse("admin:enrol"))

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        logout(request)
        messages.success(request, "已退出。")
        return redirect("hall:login")

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """梯子上的人直接到“等待我处理”;别人看全部栏目。"""
        if isinstance(request.user, User) and request.user.may_somewhere(*LADDER):
            return redirect("admin:denials_report_changelist")
        return super().index(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        on_ladder = self.has_permission(request) and request.user.may_somewhere(*LADDER)  # type: ignore[union-attr]
        waiting = Waiting(request.user, lambda: moment(request)) if on_ladder else None  # type: ignore[arg-type]
        return {**super().each_context(request), "waiting": waiting}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """没有登录的人(登录页)看不到任何目录,也就不必向各室问权限。"""
        if not self.has_permission(request):
            return []
        found = self._build_app_dict(request, app_label)
        if app_label in (None, "catalog") and manuals.may_see(request.user):
            found.setdefault("catalog", {"name": "事项目录", "app_label": "catalog", "models": []})
        rooms = found.values()
        for room in rooms:
            room["models"].sort(key=lambda table: _place(table["object_name"], tuple(CALLED)))
            for table in room["models"]:
                table["name"] = CALLED.get(table["object_name"], table["name"])
            if room["app_label"] == "office" and stuck.may_see(request):
                room["models"].append(_link(stuck.NAME, "Stuck", "admin:stuck"))
            if room["app_label"] == "catalog" and manuals.may_see(request.user):
                room["models"].append(_link(manuals.NAME, "Manuals", "admin:manuals"))
            if room["app_label"] == "catalog" and exchange.may_see(request.user):
                room["models"].append(_link(exchange.NAME, "Exchange", "admin:exchange"))
        for table in self._registry.values():
            for name, url in table.pages_for(request) if hasattr(table, "pages_for") else ():
                _room(found, table.opts, app_label).append(_link(name, url, f"admin:{url}"))
        _mark_current(found.values(), request.path)
        return sorted(found.values(), key=lambda room: _place(room["app_label"], ROOMS))


def _mark_current(rooms: Iterable[dict[str, Any]], path: str) -> None:
    """身处哪一栏：网址最长的那一个。"""
    inside = [table for room in rooms for table in room["models"] if path.startswith(table["admin_url"] or "-")]
    if inside:
        max(inside, key=lambda table: len(table["admin_url"]))["current"] = True


def _room(found: dict[str, Any], opts: Any, only: str | None) -> list[dict[str, Any]]:
    """这张表所在一室的栏目；只要另一室时，给一个不用的空栏。"""
    if only not in (None, opts.app_label):
        return []
    room = {"name": opts.app_config.verbose_name, "app_label": opts.app_label, "models": []}
    return found.setdefault(opts.app_label, room)["models"]  # type: ignore[no-any-return]


def _link(name: str, noun: str, url: str) -> dict[str, Any]:
    """栏目里不是表的一页。"""
    told: dict[str, Any] = {"perms": {}, "add_url": None, "view_only": True}
    return {"name": name, "object_name": noun, "admin_url": reverse(url), **told}


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)
