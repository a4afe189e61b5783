"""存签名页：送达回证、笔录、承诺书、委托书签了名的那一份，扫描存进办件；还没有的，归档时说出来。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import archiving
from approvals.actions.files import copied, store
from approvals.models import Case, DeliveryConsent, Joint, SignedOriginal, Upload
from approvals.rules.originals import may_be_signed
from office.journal import actions as journal
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import local


def may_keep(case: Case, user: User) -> bool:
    """收件窗口、承办的人。"""
    return rules.may_take_in(case, user) or rules.handles(case, user)


def keep(
    paper: Paper, *, case: Case, signer: str, signed_on: datetime.date, name: str, content: "File[bytes]", by: User,
    at: datetime.datetime,
) -> SignedOriginal:  # fmt: skip
    """存一份文书的签名页；归档包没有移交的，重新归集。

    Raises: NotNow(这种文书不用签名、作废了、日期晚于今天、档案已移交)、PermissionDenied、files.BadUpload。
    """
    with transaction.atomic():
        case.lock()
        _refuse(paper, case, signed_on, by=by, at=at)
        scan = store(name, content, {"case": case, "material_key": _key(paper)}, by=by, at=at)
        return _kept(paper, case, scan, signer, signed_on, by=by, at=at)


def keep_together(
    paper: Paper, *, joint: Joint, signer: str, signed_on: datetime.date, name: str, content: "File[bytes]", by: User,
    at: datetime.datetime,
) -> list[SignedOriginal]:  # fmt: skip
    """统一出件的送达回证、整件事的电子送达确认书，签一次名，管着的各件的卷里都有；文件只存一份。Raises: 同 keep。"""
    with transaction.atomic():
        rows = Case.objects.filter(joint=joint).order_by("pk").select_for_update(no_key=True)
        cases = [case for case in rows if concerns(paper, case)]
        if not cases:
            raise NotNow(f"《{paper.title}》不用整件事签一次名。")
        for case in cases:
            case.lock()
            _refuse(paper, case, signed_on, by=by, at=at)
        first, *rest = cases
        scan = store(name, content, {"case": first, "material_key": _key(paper)}, by=by, at=at)
        made = [_kept(paper, first, scan, signer, signed_on, by=by, at=at)]
        for case in rest:
            place = {"case": case, "material_key": _key(paper)}
            same = Upload.objects.filter(digest=scan.digest, **place).first() or copied(scan, **place)
            same.save()
            made.append(_kept(paper, case, same, signer, signed_on, by=by, at=at))
    return made


def concerns(paper: Paper, case: Case) -> bool:
    """联办件的这一份管着这一件：随它交出的，凭它同意电子送达的。"""
    consents = DeliveryConsent.objects.filter(case=case, paper=paper)
    return bool(case.deliveries.filter(receipt=paper).exists() or consents.exists())


def _key(paper: Paper) -> str:
    return f"signed.{paper.pk}"


def _refuse(paper: Paper, case: Case, signed_on: datetime.date, *, by: User, at: datetime.datetime) -> None:
    if not may_keep(case, by):
        raise PermissionDenied("由收件窗口或承办的人存签名页。")
    if not may_be_signed(paper):
        raise NotNow(f"《{paper.title}》没有手写签名的地方，或者已经作废。")
    if signed_on > local(at).date():
        raise NotNow("签名日期不能晚于今天。")


def _kept(
    paper: Paper, case: Case, scan: Upload, signer: str, signed_on: datetime.date, *, by: User, at: datetime.datetime
) -> SignedOriginal:
    """连到文书上，记一笔；同一份扫描件再存一遍还是那一行。"""
    known = SignedOriginal.objects.filter(scan=scan).first()
    if known is not None:
        return known
    told = {"signer": signer, "signed_on": signed_on, "kept_at": at, "kept_by": by}
    made: SignedOriginal = SignedOriginal.objects.create(case=case, paper=paper, scan=scan, **told)
    facts = {"paper": str(paper)}
    verb, state = "approvals.case.keep_signed", case.state
    journal.record(verb, about=case, by=by, at=at, before=state, after=state, facts=facts)
    archiving.renew(case, at=at)
    return made
