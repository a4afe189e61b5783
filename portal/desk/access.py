"""谁可以进工作台、看哪一件、走哪一步：看不见的 404，没有这项权限的 403。"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from agencies.models import Absence, Agency, User
from approvals.models import Case, DecisionNotice, Slip, Transfer
from approvals.states import TransferState
from denials.models import Report
from office.stateful import Stateful, moves_of
from portal.recalled import with_recalls

View = Callable[..., HttpResponse]
# 办件页上说的，与办件一次取来
HELD = ("first_contact", "followed_by", "ground", "correction", "contact", "joint", "duplicate__other")


def staff_only(view: View) -> View:
    """只有工作人员能进；要进审定队列的人（科室负责人以上）在这里同样要过第二因素。"""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if user.kind != "staff" or (user.is_staff and not user.is_verified()):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return wrapped


def staff(request: HttpRequest) -> User:
    """登录的工作人员；staff_only 已经把别人挡在外面。"""
    return cast(User, request.user)


def case_of(request: HttpRequest, number: str) -> Case:
    """看得见的办件，经本单位手转过的，征求过本单位意见、告知本单位监管的。Raises: Http404。"""
    passed = Transfer.objects.visible_to(request.user).exclude(state=TransferState.WAITING)
    seen = Q(pk__in=Case.objects.visible_to(request.user).filter(number=number).values("pk"))
    seen |= Q(pk__in=passed.filter(case__number=number).values("case"))
    seen |= Q(pk__in=Slip.objects.visible_to(request.user).filter(case__number=number).values("case"))
    told = DecisionNotice.objects.visible_to(request.user).filter(case__number=number)
    seen |= Q(pk__in=told.values("case"))
    cases = Case.objects.with_context().select_related(*HELD)
    # 谁审、能不能走这一步，一页要问好几遍审查意见：一次取来
    away = Absence.objects.filter(Q(to_at=None) | Q(to_at__gt=Now()), from_at__lte=Now(), user=OuterRef("handler"))
    cases = cases.annotate(handler_away=Exists(away))
    found: Case = get_object_or_404(with_recalls(cases).filter(seen).prefetch_related("reviews__unit"), number=number)
    return found


def report_of(request: HttpRequest, number: str) -> Report:
    """看得见的拟否定报告：梯子上的人。Raises: Http404。"""
    found: Report = get_object_or_404(Report.objects.visible_to(request.user).with_context(), number=number)
    return found


def may(instance: Stateful, user: Any, step: str) -> bool:
    """有没有走这一步的权限（不问现在能不能走）：问的就是状态机声明的那条规则。"""
    return any(found.has_perm(instance, user) for found in moves_of(type(instance)) if found.name == step)


def require(allowed: bool) -> None:
    """没有这项权限的，不管现在能不能走，一律 403。Raises: PermissionDenied。"""
    if not allowed:
        raise PermissionDenied


def reachable_agencies(user: User) -> Any:
    """窗口可以替谁收件：本机关和各级上级机关的事项。"""
    paths = {path for unit in user.units_with("take_in").select_related("agency") for path in unit.agency.lineage()}
    return Agency.objects.filter(path__in=paths)
