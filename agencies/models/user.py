"""人:工作人员、办事群众,和替系统署名的那一个。"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermission

from agencies.models.agency import Agency, AgencyQuerySet
from agencies.models.unit import Unit, UnitQuerySet
from agencies.states import Rank, UserKind
from office.vault import EncryptedTextField, blind_index

SYSTEM = "系统"


@dataclass(frozen=True)
class Acting:
    """此刻在替申请人办：哪一件办件（主键），日志里怎么署名。"""

    case: int
    signature: str


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **extra: Any) -> "User":
        """新建账户;不给密码就是不能用密码登录。"""
        user = self.model(username=self.model.normalize_username(username), **extra)
        user.email = self.normalize_email(user.email)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> "User":
        """维护账户:能进后台,但在任何单位都没有业务权限(见 User.may)。"""
        return self.create_user(username, password, kind=UserKind.STAFF, is_staff=True, is_superuser=True, **extra)

    def system(self) -> "User":
        """系统自己:到点移交、过期、对账都由它署名,没有密码,登不了录。"""
        try:
            return self.get(username=SYSTEM)
        except self.model.DoesNotExist:
            named = {"full_name": SYSTEM, "kind": UserKind.SYSTEM, "password": "!"}
            return self.get_or_create(username=SYSTEM, defaults=named)[0]

    def trusted_with(self, perm: str, *places: "Unit | Agency") -> "models.QuerySet[User]":
        """在这个(这几个)单位或机关有这项权限的、在用的人；口径与 User.may 相同。"""
        held = UserObjectPermission.objects.filter(
            content_type__app_label="agencies", content_type__model=places[0]._meta.model_name,
            permission__codename=perm, object_pk__in=[str(place.pk) for place in places],
        )  # fmt: skip
        return self.filter(pk__in=held.values("user"), is_active=True).order_by("pk")

    def with_phone(self, phone: str) -> "models.QuerySet[User]":
        """留了这个手机号的账户(手机号加密存放,按盲索引找)。"""
        return self.filter(phone_index=blind_index(phone, purpose="phone")) if phone else self.none()


# 一样东西经过哪些单位：办件的、首问的、移交清单的、联办件的
PASSES = ("unit", "section", "intake_unit", "from_unit", "to_unit", "window", "lead")


class User(AbstractBaseUser, PermissionsMixin):
    username = models.CharField("用户名", max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.CharField("姓名", max_length=60)
    kind = models.CharField("身份", max_length=10, choices=UserKind, default=UserKind.CITIZEN)
    phone = EncryptedTextField("电话", blank=True, default="")
    phone_index = models.CharField("电话盲索引", max_length=64, blank=True, default="", editable=False, db_index=True)
    email = models.EmailField("电子邮箱", blank=True, default="")
    is_active = models.BooleanField("在用", default=True)
    is_staff = models.BooleanField("可进审定队列", default=False, help_text="随任免自动变化；进入队列须用第二因素。")
    created_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)

    objects = UserManager()

    acting: Acting | None = None  # 只在一次动作里，由 approvals.actions.mandates.act_as 给；不存

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=UserKind.values), name="user_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(kind=UserKind.STAFF), name="only_staff_enter_the_queue"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=UserKind.SYSTEM), name="there_is_one_system_user"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def signature(self) -> str:
        """署名；替申请人办的，写明代谁。"""
        return self.acting.signature if self.acting else self.full_name or self.username

    def signs(self, about: models.Model, at: datetime.datetime) -> str:
        """在这件事上的署名：在它经过的单位里只任 B 岗、A 岗此刻离岗的，写明代谁；自己也有 A 岗的，签自己的名。

        写明了凭哪个岗签的(signing_post，领导作决定)，只看那个岗。
        """
        if self.acting or self.kind != UserKind.STAFF:
            return self.signature
        if (post := getattr(about, "signing_post", None)) is not None:
            standing = self.standings(at).get(post.pk)
            return self._named(standing.covers.full_name if standing and standing.covers else "")
        places = {getattr(about, f"{name}_id", None) for name in PASSES} - {None}
        held = [one for one in self._seats(at) if one[0] in places] if places else []
        covered = "" if any(rank == Rank.A for _place, rank, _a in held) else next((a for *_rest, a in held if a), "")
        return self._named(covered)

    def _named(self, covered: str) -> str:
        """署名；代 A 岗的，写明代谁。"""
        return f"{self.signature[:24]}（B岗代A岗{covered[:24]}）" if covered else self.signature

    def _seats(self, at: datetime.datetime) -> list[tuple[int, str, str]]:
        """此刻的任职：单位、A 岗还是 B 岗、(B 岗而 A 岗不在的)A 岗是谁。同一时刻只问一次库；没有 B 岗的只问这一次。"""
        moment, seats = self.__dict__.get("_seated", (None, []))
        if moment != at:
            rows = list(self.holdings.running(at).select_related("post"))  # type: ignore[attr-defined]
            seats = [(one.post.unit_id, one.rank, self._covers(one, at)) for one in rows]
            self.__dict__["_seated"] = at, seats
        return seats

    def _covers(self, holding: Any, at: datetime.datetime) -> str:
        """这个 B 岗此刻代的是谁；是 A 岗，或没有轮到他代，是空串。"""
        standing = self.standings(at).get(holding.post_id) if holding.rank == Rank.B else None
        return standing.covers.full_name if standing and standing.covers else ""

    @property
    def is_system(self) -> bool:
        return self.kind == UserKind.SYSTEM

    @property
    def is_official(self) -> bool:
        """工作人员(能进窗口工作台),不论进不进审定队列。"""
        return self.kind == UserKind.STAFF

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_index = blind_index(self.phone, purpose="phone") if self.phone else ""
        named = kwargs.get("update_fields")
        if named is not None and "phone" in named:
            kwargs["update_fields"] = {*named, "phone_index"}
        super().save(*args, **kwargs)

    def may(self, perm: str, place: Unit | Agency) -> bool:
        """在这个单位(机关)有没有这项权限。

        权限只来自任职(agencies.actions.posts 写下的逐处授权):全局权限、用户组、超级用户都不算,停用的人一律没有。
        """
        return place.pk in self._places(place._meta.model_name, perm)

    def may_somewhere(self, *perms: str) -> bool:
        """在随便哪里有没有其中一项权限(画菜单用;做事要问 may)。"""
        return any(self._places(noun, perm) for noun in ("unit", "agency") for perm in perms)

    def units_with(self, perm: str) -> UnitQuerySet:
        """有这项权限的单位。"""
        return Unit.objects.filter(pk__in=self.unit_keys(perm))

    def unit_keys(self, perm: str) -> set[int]:
        """有这项权限的单位的主键:筛办件直接用,省一层子查询。"""
        return self._places("unit", perm)

    def agencies_with(self, perm: str) -> AgencyQuerySet:
        """有这项权限的机关。"""
        return Agency.objects.filter(pk__in=self._places("agency", perm))

    def duties(self, at: datetime.datetime) -> set[int]:
        """此刻由这个人行使职责的岗位的主键(A 岗在岗,或 A 岗离岗、由他的 B 岗代)。"""
        return set(self.standings(at))

    def standings(self, at: datetime.datetime) -> dict[int, Any]:
        """此刻由这个人行使职责的岗位和他在那里的身份(Standing)。"""
        return {post: standing for post, standing in self.standings_around(at).items() if standing.user == self}

    def standings_around(self, at: datetime.datetime) -> dict[int, Any]:
        """他有任职的各岗此刻由谁行使职责(Standing)。同一时刻只问一次库。"""
        moment, around = self.__dict__.get("_standings", (None, {}))
        if moment != at:
            holdings: Any = self.holdings  # type: ignore[attr-defined]
            around = holdings.model.objects.standings_around(self, at)
            self.__dict__["_standings"] = at, around
        return around

    def forget_grants(self) -> None:
        """任免之后重新读授权与职责。"""
        self.__dict__.pop("_grants", None)
        self.__dict__.pop("_standings", None)
        self.__dict__.pop("_seated", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.forget_grants()
        super().refresh_from_db(*args, **kwargs)

    def _places(self, noun: str | None, perm: str) -> set[int]:
        return self._grants.get((noun, perm), set()) if self.is_active else set()

    @cached_property
    def _grants(self) -> dict[tuple[str | None, str], set[int]]:
        """每次请求只问一次库:一页上有多少个“能不能”,都是这一条查询。"""
        rows = UserObjectPermission.objects.filter(user=self, content_type__app_label="agencies").values_list(
            "content_type__model", "permission__codename", "object_pk"
        )
        grants: dict[tuple[str | None, str], set[int]] = {}
        for noun, perm, key in rows:
            grants.setdefault((noun, perm), set()).add(int(key))
        return grants
