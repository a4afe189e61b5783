"""演员:岗位上此刻有职责的人,和一看就是编的申请人。"""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

from agencies.models import Post, Unit, User
from approvals.actions.intake import Person
from catalog.models import Guide
from catalog.rules import uscc_check_character
from catalog.rules.forms import asked, fields_of
from catalog.rules.forms.values import Field
from catalog.states import Audience
from office import identity
from office.identity import IdentityKind
from office.papers.words import full_width

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = ("示例", "演示", "样本", "范例", "试用", "模拟")


class Nobody(Exception):
    """演示的局里没有这样的岗位。"""


def on_duty(unit: Unit, role: str, at: datetime.datetime) -> User:
    """某单位某角色此刻有职责的人(A 岗离岗就是 B 岗)。"""
    for post in Post.objects.filter(unit=unit, role=role).order_by("pk"):
        if standing := post.holder_at(at):
            return standing.user
    raise Nobody(f"{unit}没有在岗的{role}")


def deputy(unit: Unit, at: datetime.datetime) -> User:
    post = Post.objects.deputy_for(unit)
    if post is None or (standing := post.holder_at(at)) is None:
        raise Nobody(f"{unit}没有在岗的分管副局长")
    return standing.user


def director(unit: Unit, at: datetime.datetime) -> User:
    post = Post.objects.director_of(unit.agency)
    if post is None or (standing := post.holder_at(at)) is None:
        raise Nobody(f"{unit.agency}没有在岗的局长")
    return standing.user


def fake_id(serial: int) -> str:
    """假的身份号码:区划写 990000,校验码算得对。"""
    body = f"99000019900101{serial:03d}"
    return body + identity.check_character(body)


def fake_uscc(serial: int) -> str:
    """假的统一社会信用代码:区划写 990000,校验码算得对。"""
    body = f"52990000{serial:09d}"
    return body + uscc_check_character(body)


# 没有居民身份证的两位：姓名、号码一看就是编的。
HONG_KONG = Person("person", "陈示范", "H00000000", "13800000801", "香港示范道1号", id_kind=IdentityKind.HKM_PERMIT)
FOREIGNER = Person("person", "示范·史密斯", "X0000000", "13800000802", "示范路802号", id_kind=IdentityKind.PASSPORT)


class Crowd:
    """一个接一个的申请人。"""

    def __init__(self) -> None:
        self.serial = itertools.count(1)

    def next_for(self, guide: Guide) -> Person:
        n = next(self.serial)
        name = SURNAMES[n % len(SURNAMES)] + GIVEN[n % len(GIVEN)]
        phone = f"1380000{n:04d}"
        if Audience.PERSON in guide.item.audiences:
            return Person("person", name, fake_id(n), phone, f"示范路{n}号")
        return Person("organisation", f"示范第{n}公益服务中心", fake_uscc(n), phone, f"示范路{n}号", name)


def filled(guide: Guide, person: Person) -> dict[str, Any]:
    """照指南的申请表填:用各栏的示例,没有示例的按种类给一个。"""
    answers: dict[str, Any] = {}
    for _page, field in fields_of(guide.form):
        if field["key"] in asked(guide.form, answers):
            answers[field["key"]] = _answer(field, person)
    return answers


def _answer(field: Field, person: Person) -> Any:
    """没有示例的、不能照抄示例的种类,各给一个。"""
    given: dict[str, Callable[[], Any]] = {
        "id_number": lambda: person.id_number,
        "identity": lambda: person.id_number,
        "uscc": lambda: person.id_number,
        "phone": lambda: person.phone,
        "declaration": lambda: True,
        "choice": lambda: field["choices"][0][0],
        "choices": lambda: [field["choices"][0][0]],
        "region": lambda: "440823",
        "table": lambda: [{column["key"]: _answer(column, person) for column in field["columns"]}],
        "file": list,
    }
    if field["kind"] in given:
        return given[field["kind"]]()
    if field["key"] in ("name", "org_name"):
        return person.name
    otherwise = {"date": "2026-01-05", "integer": "1", "money": "1000"}.get(field["kind"], "见附件")
    return full_width(field.get("sample")) or otherwise
