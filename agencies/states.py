"""机构与岗位的用词。"""

from django.db.models import IntegerChoices, TextChoices


class UserKind(TextChoices):
    STAFF = "staff", "工作人员"
    CITIZEN = "citizen", "办事群众"
    SYSTEM = "system", "系统"


class Level(TextChoices):
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "镇级"
    VILLAGE = "village", "村级"


class UnitKind(TextChoices):
    WINDOW = "window", "服务中心窗口"
    APPROVAL = "approval", "审批科"
    SECTION = "section", "业务科室"
    BUREAU_OFFICE = "bureau_office", "机关科室"
    TOWN_DESK = "town_desk", "镇(街)受理室"
    VILLAGE_DESK = "village_desk", "村(社区)受理点"
    LEADERSHIP = "leadership", "局领导"


class Role(TextChoices):
    CLERK = "clerk", "经办人"
    REVIEWER = "reviewer", "审查人"
    CHIEF = "chief", "科室负责人"
    DEPUTY = "deputy", "分管副局长"
    DIRECTOR = "director", "局长"
    EDITOR = "editor", "目录维护"
    AUDITOR = "auditor", "审计"
    PERSONNEL = "personnel", "机构与人事维护"
    ARCHIVIST = "archivist", "档案员"


class Rank(TextChoices):
    """AB 岗:A 离岗时 B 有职责、有队列(调兵山方案“AB岗制”,县级全程受理制)。"""

    A = "A", "A岗"
    B = "B", "B岗"


class SealKind(TextChoices):
    OFFICIAL = "official", "行政公章"
    SPECIAL = "special", "业务专用章"


class Weekday(IntegerChoices):
    """星期几(ISO 8601：星期一是 1)。"""

    MONDAY = 1, "星期一"
    TUESDAY = 2, "星期二"
    WEDNESDAY = 3, "星期三"
    THURSDAY = 4, "星期四"
    FRIDAY = 5, "星期五"
    SATURDAY = 6, "星期六"
    SUNDAY = 7, "星期日"


class RepresentativePower(TextChoices):
    """首席代表可以当场办的(授权书写明哪几样)。"""

    ANSWER = "answer", "答复咨询"
    ACCEPT = "accept", "受理、一次性告知"
    INSTANT = "instant", "即办件当场办结"
    REVIEW = "review", "审查、提出审查意见"
    COORDINATE = "coordinate", "协调本科室会办"
    SEAL = "seal", "使用业务专用章"
