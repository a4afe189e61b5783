"""清空：一件销毁以后，本系统里认不出是谁。哪张表清哪几栏，各个模型自己写明(forgets)。"""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from agencies.models import User
from approvals.models import Applicant, Case, Joint, Upload
from approvals.rules import mask_name
from approvals.rules.belongings import belongings
from approvals.states import ApplicantKind, ArchiveState
from office.exchange.models import ExchangeArrival, ExchangeMessage
from office.notices import actions as notices
from office.notices.models import Notice
from office.notices.states import NoticeState
from office.papers.models import Paper
from office.vault import EncryptedTextField

GONE = "—"


def forget(case: Case, *, by: User, at: datetime.datetime) -> list[str]:
    """清空这一件的个人信息，返回要删的文件。档案那一行先记作已销毁：数据库凭它才放行。"""
    last = _forget_applicant(case)
    case.answers, case.delivery_note = {}, case.delivery_note and GONE
    case.save(update_fields=["answers", "delivery_note"])
    _empty(Paper.objects.about(case), Paper.forgets)
    for model, path in belongings(Case).items():
        _empty(model._base_manager.filter(**{path: case}), getattr(model, "forgets", ()))
    _empty(ExchangeArrival.objects.filter(reference=case.number), ExchangeArrival.forgets)
    ExchangeMessage.objects.about(case).update(payload={})
    _forget_notices(case, joint=last, by=by, at=at)
    return _forget_uploads(case)


def _empty(rows: Any, names: tuple[str, ...]) -> None:
    """各栏清空：加密的、有缺省值的回到缺省，写着字的写“—”(约束不许空的照样过)，本来空着的还是空的。"""
    for name in names:
        field = rows.model._meta.get_field(name)
        if isinstance(field, EncryptedTextField) or not isinstance(field, models.CharField | models.TextField):
            rows.update(**{name: field.get_default()})
        else:
            rows.exclude(**{name: ""}).update(**{name: GONE})


def _forget_notices(case: Case, *, joint: bool, by: User, at: datetime.datetime) -> None:
    """说这一件和名下各行的通知：没有送出的不送了，地址、正文清空；最后一件连联办的(joint)。"""
    about = Q(subject_type=Case._meta.label_lower, subject_key=str(case.pk))
    if joint and case.joint_id:
        about |= Q(subject_type=Joint._meta.label_lower, subject_key=str(case.joint_id))
    for model, path in belongings(Case).items():
        keys = model._base_manager.filter(**{path: case}).values_list("pk", flat=True)
        about |= Q(subject_type=model._meta.label_lower, subject_key__in=[str(key) for key in keys])
    mine = Notice.objects.filter(about)
    for notice in mine.filter(state__in=[NoticeState.QUEUED, NoticeState.HELD]).order_by("pk"):
        notices.cancel(notice, by=by, at=at)
    mine.update(address="", body=GONE)


def _forget_uploads(case: Case) -> list[str]:
    """上传的文件，连提交以前在草稿里删掉的。别的件还在用的文件不删(材料可以再用)。"""
    mine = Upload.objects.filter(Q(pk__in=Upload.objects.of_case(case).values("pk")) | Q(draft__case=case))
    keys = list(mine.values_list("pk", flat=True))
    names = set(mine.exclude(file="").values_list("file", flat=True))
    shared = set(Upload.objects.filter(file__in=names).exclude(pk__in=keys).values_list("file", flat=True))
    Upload.objects.filter(pk__in=keys).update(file="", name=F("digest"))
    return sorted(names - shared)


def _forget_applicant(case: Case) -> bool:
    """申请人：姓名遮盖，证件号、电话、住址清空；别的件还登记着同一行的(联办的各件)，留到最后一件销毁。清了没有。"""
    applicant = Applicant.objects.select_for_update().get(pk=case.applicant_id)
    others = Case.objects.filter(applicant=applicant).exclude(pk=case.pk)
    if others.exclude(archives__state=ArchiveState.DELETED).exists():
        return False
    person = applicant.kind == ApplicantKind.PERSON
    applicant.name = mask_name(applicant.name) if person else applicant.name
    applicant.id_number = applicant.phone = applicant.address = applicant.contact_name = applicant.id_index = ""
    applicant.save()
    return True
