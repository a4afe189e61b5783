"""申请人。"""

from typing import Any, ClassVar

from django.db import models

from approvals.rules import mask_name, mask_number
from approvals.states import ApplicantKind
from office import identity
from office.identity import IdentityKind
from office.vault import EncryptedTextField, blind_index


class ApplicantQuerySet(models.QuerySet["Applicant"]):
    def with_id_number(self, number: str) -> "ApplicantQuerySet":
        """按证件号找:走盲索引,不解密；不知道证件类型,凡是号码合规则的几种都找。"""
        return self.filter(id_index__in=identity.indexes(number))

    def with_phone(self, phone: str) -> "ApplicantQuerySet":
        """按电话找:走盲索引,不解密。"""
        return self.filter(phone_index=blind_index(phone, purpose="phone")) if phone else self.none()


class Applicant(models.Model):
    """申请人:个人或单位。证件号、电话、住址加密存放,证件号和电话另存盲索引供查找。"""

    pii: ClassVar[tuple[str, ...]] = ("id_number", "phone", "address")

    kind = models.CharField("类别", max_length=12, choices=ApplicantKind.choices)
    name = models.CharField("姓名或名称", max_length=120)
    id_kind = models.CharField(
        "证件类型", max_length=12, choices=IdentityKind.choices, default=IdentityKind.RESIDENT, blank=True,
        help_text="单位用统一社会信用代码的空着。",
    )  # fmt: skip
    id_number = EncryptedTextField("证件号码")
    id_index = models.CharField("证件盲索引", max_length=64, db_index=True, editable=False)
    phone = EncryptedTextField("联系电话")
    phone_index = models.CharField("电话盲索引", max_length=64, blank=True, default="", db_index=True, editable=False)
    address = EncryptedTextField("住址", blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    created_at = models.DateTimeField("登记时间")

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请人"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=ApplicantKind.PERSON, id_kind__in=IdentityKind.values)
                | models.Q(kind=ApplicantKind.ORGANISATION, id_kind__in=["", IdentityKind.RESIDENT]),
                name="a_person_is_identified_by_a_known_document",
            )
        ]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_index = blind_index(self.phone, purpose="phone") if self.phone else ""
        super().save(*args, **kwargs)

    @property
    def masked_name(self) -> str:
        return mask_name(self.name) if self.kind == ApplicantKind.PERSON else self.name

    @property
    def masked_id(self) -> str:
        return mask_number(self.id_number) if self.kind == ApplicantKind.ORGANISATION else identity.mask(self.id_number)

    @property
    def masked_phone(self) -> str:
        return mask_number(self.phone)
