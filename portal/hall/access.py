"""谁可以看：凭编号和查询码（记在会话里，两小时有效）、凭账号、凭草稿的链接。不是您的，一律 404。"""

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import cache_control

from agencies.models import User
from approvals.actions import joint_extension, joints, mandates
from approvals.actions.contacts import PREFIX
from approvals.models import (
    Case,
    Confirmation,
    Contact,
    DecisionNotice,
    Draft,
    Joint,
    JointDraft,
    Mandate,
    SignedOriginal,
    Slip,
    Upload,
)
from approvals.rules.mandates import runs_at
from approvals.states import MandateScope, Matter
from office.vault import blind_index
from office.workdays import clock
from portal.cached import within_limit
from portal.hall import story, telling
from portal.second_factor import passed
from portal.settings.addresses import client_address

TRACKED, DRAFTS, AGENT = "tracked", "drafts", "agent"
GRANTED_FOR = datetime.timedelta(hours=2)
GUESSES, WINDOW = 10, 600
NOBODY = "0" * 64
private = cache_control(private=True, no_store=True)  # 公用电脑上退出以后，按“后退”也看不到


def citizen_of(request: HttpRequest) -> User | None:
    """登录的群众；工作人员和没有登录的都不算。"""
    user = request.user
    return None if isinstance(user, AnonymousUser) or user.kind != "citizen" else user


def actor(request: HttpRequest) -> User:
    """谁在动手：登录的本人（工作人员也签自己的名）；没有账号的申请人由系统代为登记。"""
    return User.objects.system() if isinstance(request.user, AnonymousUser) else request.user


def actor_for(request: HttpRequest, case: Case) -> User:
    """对这件办件动手的人：账号是申请时的那个就是本人，凭查询码来的由系统登记。

    工作人员手里也有凭证上的查询码，登录着来的记在他自己名下，有没有权另问。
    """
    if mandate := _mandate_in(request, case.number):
        need = NEEDS[str(request.resolver_match.url_name)] if request.resolver_match else ""
        return mandates.act_as(mandate, need=need, by=User.objects.system(), at=clock.now())
    user = citizen_of(request)
    return User.objects.system() if user and user.pk != case.user_id else actor(request)


# 办件 -----------------------------------------------------------------


def find_by_agent_code(number: str, code: str) -> Mandate | None:
    """按编号和代办查询码找委托：查询码对不上的才来问，也是不管有没有都问一遍。

    联办的照头一件找：代理人递交的，各件是同一个码；只委托了一件的，凭那一件的编号来。
    """
    rows = Mandate.objects.select_related("case").order_by("-pk")
    if number.startswith(joints.PREFIX):
        rows = rows.filter(scope__contains=[MandateScope.SUBMIT])
        number = Case.objects.filter(joint__number=number).order_by("pk").values_list("number", flat=True).first() or ""
    found: Mandate | None = rows.filter(code_index=blind_index(f"{number}/{code}", purpose="agent-code")).first()
    return found


def find_by_code(number: str, code: str) -> Case | Contact | Joint | None:
    """按编号和查询码找办件、首问、联办件：编号不存在也照样算一遍、比一遍，快慢和答复都看不出差别。"""
    index = blind_index(f"{number}/{code}", purpose="query-code")
    noun: Any = Contact if number.startswith(PREFIX) else Joint if number.startswith(joints.PREFIX) else Case
    row = noun._default_manager.filter(number=number).only("number", "query_index").first()
    matches = constant_time_compare(row.query_index if row else NOBODY, index)
    return row if row and matches else None


def may_guess(request: HttpRequest, number: str) -> bool:
    """同一地址对同一编号，十分钟十次；不牵连大厅里同一出口的其他人。"""
    return within_limit(f"track:{client_address(request)}:{number[:50]}", GUESSES, WINDOW)


def grant(request: HttpRequest, number: str, at: datetime.datetime, mandate: Mandate | None = None) -> None:
    """记下：这次会话可以看这一件，到时失效；网址里没有查询码。凭代办查询码来的，记着是哪一份委托。"""
    agents = {one: pk for one, pk in request.session.get(AGENT, {}).items() if one != number}
    if mandate is not None or agents != request.session.get(AGENT, {}):
        request.session[AGENT] = agents | ({number: mandate.pk} if mandate else {})
    running = {one: until for one, until in request.session.get(TRACKED, {}).items() if until > at.timestamp()}
    request.session[TRACKED] = {**running, number: (at + GRANTED_FOR).timestamp()}


def granted(request: HttpRequest, number: str, at: datetime.datetime) -> bool:
    """这次会话能不能看这一件；凭委托来的，每次都看委托还在不在：收回了马上看不到。"""
    if request.session.get(TRACKED, {}).get(number, 0) <= at.timestamp():
        return False
    mandate = _mandate_in(request, number)
    return runs_at(mandate, at) if mandate else number not in request.session.get(AGENT, {})


# 代办的人在哪一页要有哪一样权限；没有列出的页，只能看，不能交
NEEDS = {
    "supplement": MandateScope.SUPPLEMENT,
    "deferred": MandateScope.SUPPLEMENT,
    "parcels": MandateScope.SUPPLEMENT,
    "messages": MandateScope.CONTACT,
    "messages-read": MandateScope.CONTACT,
    "enquire": MandateScope.CONTACT,
    "hearing": MandateScope.HEARING,
    "state": MandateScope.HEARING,
    "withdraw": MandateScope.WITHDRAW,
}


def _mandate_in(request: Any, number: str) -> Mandate | None:
    """这次会话里记着的委托；一次请求只问一次库。"""
    pk = request.session.get(AGENT, {}).get(number)
    if pk is None:
        return None
    known: dict[int, Mandate | None] = request.__dict__.setdefault("_mandates", {})
    if pk not in known:
        known[pk] = Mandate.objects.select_related("case__applicant").filter(pk=pk).first()
    return known[pk]


def mandate_of(request: HttpRequest, number: str) -> Mandate | None:
    """这次会话凭哪一份委托看这一件；本人来的是 None。在委托范围以外动手的不让。Raises: PermissionDenied。"""
    mandate = _mandate_in(request, number)
    if mandate is not None:
        need = NEEDS.get(str(request.resolver_match.url_name)) if request.resolver_match else None
        outside = need is not None and need not in mandate.scope
        if outside or (need is None and request.method == "POST"):
            raise PermissionDenied("申请人没有委托这一样。")
    return mandate


def case_of(request: HttpRequest, number: str, at: datetime.datetime) -> Case:
    """这次会话可以看的办件。Raises: Http404。"""
    return _reachable(Case.objects.with_context().select_related("first_contact"), request, number, at)


def told_case_of(request: HttpRequest, number: str, at: datetime.datetime) -> Any:
    """同 case_of，取进度页要说的(telling)；别的栏用到时才读。Raises: Http404。"""
    user = citizen_of(request)
    if granted(request, number, at):
        found = telling.told_by_code(number)
    else:  # 先问能不能看，再去找：有没有这一件，快慢看不出来
        found = telling.told_to_owner(number, user.pk if user else 0)
    if found is None:
        raise Http404
    found.mandate = mandate_of(request, number)
    return found


def _reachable(cases: QuerySet[Any], request: HttpRequest, number: str, at: datetime.datetime) -> Any:
    if not granted(request, number, at):  # 先问能不能看，再去找：有没有这一件，快慢看不出来
        user = citizen_of(request)
        cases = cases.filter(user=user) if user else cases.none()
    found: Any = get_object_or_404(cases, number=number)
    found.mandate = mandate_of(request, number)
    return found


# 首问 -----------------------------------------------------------------


def contact_of(request: HttpRequest, number: str, at: datetime.datetime) -> Contact:
    """这次会话可以看的首问；只凭编号和查询码。Raises: Http404。"""
    found = Contact.objects.with_context().filter(number=number).first() if granted(request, number, at) else None
    if found is None:
        raise Http404
    return found


# 草稿 -----------------------------------------------------------------


def draft_of(request: HttpRequest, token: str) -> Draft:
    """凭链接打开草稿；登录后建的草稿要本人登录。Raises: Http404。"""
    found = (
        Draft.objects.select_related("guide__item", "guide__window", "user", "case", "joint")
        .filter(token=token)
        .first()
    )
    if found is None or found.discarded_at or (found.user_id and found.user_id != request.user.pk):
        raise Http404
    if found.case_id is None and token not in request.session.get(DRAFTS, []):
        request.session[DRAFTS] = [*request.session.get(DRAFTS, []), token][-20:]
    return found


def filled_in_here(request: HttpRequest, draft: Draft) -> bool:
    """这份草稿是不是在这次会话里填的（或本人登录着）：是，才给看回执上的查询码。"""
    mine = draft.user_id is not None and draft.user_id == request.user.pk
    return mine or draft.token in request.session.get(DRAFTS, [])


# 联办 -----------------------------------------------------------------


def joint_draft_of(request: HttpRequest, token: str) -> JointDraft:
    """凭链接打开联办申请；登录后建的要本人登录。Raises: Http404。"""
    found = JointDraft.objects.select_related("matter", "user", "joint").filter(token=token).first()
    if found is None or (found.user_id and found.user_id != request.user.pk):
        raise Http404
    if found.joint_id is None and token not in request.session.get(DRAFTS, []):
        request.session[DRAFTS] = [*request.session.get(DRAFTS, []), token][-20:]
    return found


def joint_of(request: HttpRequest, number: str, at: datetime.datetime) -> Any:
    """这次会话可以看的联办件；看得到它，就看得到其中的各件。

    代理人只看，整件事的撤回、同意都是申请人的。Raises: Http404、PermissionDenied。
    """
    joints_seen = Joint.objects.with_context()
    if not granted(request, number, at):
        user = citizen_of(request)
        joints_seen = joints_seen.filter(user=user) if user else joints_seen.none()
    found: Any = get_object_or_404(joints_seen, number=number)
    found.mandate = _mandate_in(request, number)
    if found.mandate is not None:
        if request.resolver_match and request.resolver_match.url_name not in SEEN_BY_AGENTS:
            raise PermissionDenied("申请人没有委托这一样。")
        _grant_to_agent(request, found, at)
        return found
    for case in found.branches.only("number"):
        if not granted(request, case.number, at) or _mandate_in(request, case.number):
            grant(request, case.number, at)
    return found


SEEN_BY_AGENTS = ("joint", "joint-paper")


def _grant_to_agent(request: HttpRequest, joint: Joint, at: datetime.datetime) -> None:
    """代理人：各件凭各件的那一行委托看；哪一件收回了，哪一件就看不到。"""
    rows = Mandate.objects.filter(case__joint=joint, code_index__gt="", scope__contains=[MandateScope.SUBMIT])
    for mandate in rows.select_related("case"):
        if runs_at(mandate, at):
            grant(request, mandate.case.number, at, mandate)


def actor_for_joint(request: HttpRequest, joint: Joint) -> User:
    """对这件联办动手的人：账号是申请时的那个就是本人，凭查询码来的由系统登记；同 actor_for。"""
    user = citizen_of(request)
    return User.objects.system() if user and user.pk != joint.user_id else actor(request)


# 文件 -----------------------------------------------------------------


def upload_of(request: HttpRequest, pk: int, at: datetime.datetime) -> Upload:
    """办件的文件：申请人(签名页跟着那份文书，不给他看的文书不给)，和看得到这件办件的工作人员。Raises: Http404。"""
    upload = Upload.objects.select_related("case", "case_material__case").filter(pk=pk).first()
    if upload is None:
        raise Http404
    case, user = upload.case or (upload.case_material.case if upload.case_material else None), request.user
    if case is None:
        raise Http404
    seen = (
        user.is_authenticated
        and passed(user)
        and (
            Case.objects.visible_to(user).filter(pk=case.pk).exists()
            or Slip.objects.visible_to(user).filter(case=case).exists()
            or DecisionNotice.objects.visible_to(user).filter(case=case).exists()
        )
    )
    if seen and citizen_of(request) is None:
        return upload
    if (seen or granted(request, case.number, at)) and _follows_its_paper(request, upload, case):
        return upload
    if upload.case_material_id and _reused_where_seen(request, upload):
        return upload
    raise Http404


def _follows_its_paper(request: HttpRequest, upload: Upload, case: Case) -> bool:
    """签名页跟着它的文书：那份文书不给他看(别人签名的笔录、作废了的)，扫描下来的也不给。不是签名页的，不问。

    政府签批的延期审批表是内部的，跟着审批表，不给；更正姓名、证件的签名页上有新的号码，不给凭查询码来的。
    """
    if upload.material_key == joint_extension.SCAN:
        return False
    if Confirmation.objects.filter(scan=upload, matter=Matter.RECTIFY).exists():
        return False
    signed = SignedOriginal.objects.select_related("paper").filter(scan=upload).first()
    return signed is None or story.is_shown(signed.paper, mandate_of(request, case.number))


def _reused_where_seen(request: HttpRequest, upload: Upload) -> bool:
    """这份材料在别的办件里再用了：看得见那一件的工作人员也看得到它。"""
    user = request.user
    if isinstance(user, AnonymousUser) or user.kind != "staff" or not passed(user):
        return False
    return Case.objects.visible_to(user).filter(materials__reuse__source=upload.case_material_id).exists()
