"""目录的词:事项、指南、材料用到的代码表(GB/T 39046-2020 附录 A)与本局的分类。"""

from django.db.models import TextChoices


class ItemKind(TextChoices):
    """事项类型,GB/T 39046 表 A.1 中属于“6+1”的七类。"""

    LICENCE = "01", "行政许可"
    BENEFIT = "05", "行政给付"
    CONFIRMATION = "07", "行政确认"
    REWARD = "08", "行政奖励"
    RULING = "09", "行政裁决"
    OTHER = "10", "其他行政权力"
    SERVICE = "20", "公共服务"


class Situation(TextChoices):
    """办理情形：决定书的标题、依行政许可法哪一条、说“不”以后几天告知，都照它。"""

    ORDINARY = "ordinary", "一般(成立、设立、认定等)"
    CHANGE = "change", "许可变更"
    RENEWAL = "renewal", "许可延续"
    CANCELLATION = "cancellation", "许可注销"
    FILING = "filing", "备案"
    SUBSISTENCE = "subsistence", "最低生活保障(含边缘家庭)的确认"
    DESTITUTE = "destitute", "特困人员的认定"
    RELIEF = "relief", "其他社会救助的确认"
    ADJUSTMENT = "adjustment", "在领的低保增发、减发、停发"


# 事项类型 → 另有的几种情形；一般的哪一类都行
SITUATIONS = {
    ItemKind.LICENCE: (Situation.CHANGE, Situation.RENEWAL, Situation.CANCELLATION),
    ItemKind.BENEFIT: (Situation.SUBSISTENCE, Situation.DESTITUTE, Situation.RELIEF, Situation.ADJUSTMENT),
    ItemKind.CONFIRMATION: (Situation.SUBSISTENCE, Situation.DESTITUTE, Situation.RELIEF),
    ItemKind.OTHER: (Situation.FILING,),
}


class PowerKind(TextChoices):
    """权责清单里的权力类型，表 A.1 的 01–10。"""

    LICENCE = "01", "行政许可"
    PENALTY = "02", "行政处罚"
    COERCION = "03", "行政强制"
    LEVY = "04", "行政征收"
    BENEFIT = "05", "行政给付"
    INSPECTION = "06", "行政检查"
    CONFIRMATION = "07", "行政确认"
    REWARD = "08", "行政奖励"
    RULING = "09", "行政裁决"
    OTHER = "10", "其他行政权力"

    @classmethod
    def on_application(cls) -> list[str]:
        """群众可以来申请的几类：事项目录里应当有。"""
        return [kind.value for kind in cls if kind.value in ItemKind.values]


class Level(TextChoices):
    """行使层级,表 A.2。"""

    STATE = "1", "国家级"
    PROVINCE = "2", "省级"
    CITY = "3", "市级"
    COUNTY = "4", "县级"
    TOWN = "5", "镇(街)级"
    VILLAGE = "6", "村(社区)级"
    GRADED = "7", "分级管理"


class Audience(TextChoices):
    """服务对象,表 A.4。"""

    PERSON = "1", "自然人"
    ENTERPRISE = "2", "企业法人"
    INSTITUTION = "3", "事业法人"
    SOCIAL = "4", "社会组织法人"
    ORGAN = "5", "行政机关"
    OTHER = "6", "其他组织"


class Way(TextChoices):
    """办理形式,表 A.5。"""

    WINDOW = "1", "窗口办理"
    COMPUTER = "2", "网上办理(电脑端)"
    MOBILE = "3", "掌上办理(移动端)"
    COURIER = "4", "快递申请"
    OTHER = "9", "其他"


class Handling(TextChoices):
    """办件类型,表 A.6。"""

    INSTANT = "1", "即办件"
    PROMISE = "2", "承诺件"
    OTHER = "9", "其他"


class Decider(TextChoices):
    """由承办科室负责人以上的哪一级决定；没有写的是承办科室负责人。"""

    DEPUTY = "deputy", "分管副局长"
    DIRECTOR = "director", "局长"


CHIEF = "承办科室负责人"
DECIDERS = [("", CHIEF), *Decider.choices]


class ProcedureKind(TextChoices):
    """特别程序种类,表 A.7。"""

    EXTENSION = "1", "延长审批"
    SPECIAL = "2", "除延长审批之外的特别程序"


class ReviewedBy(TextChoices):
    """分级审查里轮到谁，不点名的两种；点名的写单位的代号。"""

    TOWN = "town", "收件地的镇(街道)"
    SECTION = "section", "承办科室"


class Presence(TextChoices):
    """要不要人到场:代办类、直办类、咨询类(全程受理制)。"""

    AGENT = "agent", "代办类"
    DIRECT = "direct", "直办类"
    ADVICE = "advice", "咨询类"


class LocalKind(TextChoices):
    """镇、村目录的类别(三级受理目录)。"""

    PROOF = "proof", "证明"
    SERVICE = "service", "服务"
    ADVICE = "advice", "咨询"


class Theme(TextChoices):
    """首页的主题分类。"""

    ORGANISATIONS = "orgs", "社会组织"
    CHARITY = "charity", "慈善"
    RELIEF = "relief", "社会救助"
    ELDERLY = "elderly", "养老服务"
    CHILDREN = "children", "儿童福利"
    DISABILITY = "disability", "残疾人福利"
    MARRIAGE = "marriage", "婚姻与收养"
    FUNERAL = "funeral", "殡葬"
    PLACES = "places", "区划地名"
    VOLUNTEER = "volunteer", "志愿服务"


class OnlineDepth(TextChoices):
    """网办深度。"""

    I = "I", "一级(查询指南)"  # noqa: E741 罗马数字就是这个等级的名字
    II = "II", "二级(下载表格)"
    III = "III", "三级(网上申报)"
    IV = "IV", "四级(全程网办)"


class TimeUnit(TextChoices):
    """期限的单位;只存不换算。依据:行政许可法 82 条的“日”是工作日,其他法律的“日”是自然日。"""

    WORKING_DAY = "wd", "个工作日"
    DAY = "d", "日"
    HOUR = "h", "小时"


class GuideState(TextChoices):
    """指南版本的状态。"""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待核对"
    CHECKED = "checked", "已核对"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被新版取代"
    RETIRED = "retired", "已停用"


# 还在手里改、等着核对或发布的；公开过、办件可以引用的。
IN_HAND = (GuideState.DRAFT, GuideState.SUBMITTED, GuideState.CHECKED)
IN_USE = (GuideState.PUBLISHED, GuideState.SUPERSEDED, GuideState.RETIRED)


class Requirement(TextChoices):
    """材料必要性。"""

    REQUIRED = "required", "必要"
    OPTIONAL = "optional", "非必要"
    DEFERRABLE = "deferrable", "可容缺"


class Medium(TextChoices):
    """材料形式。"""

    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子"
    EITHER = "either", "纸质或电子"


class Source(TextChoices):
    """材料来源渠道。"""

    APPLICANT = "applicant", "申请人自备"
    GOVERNMENT = "government", "政府部门核发"
    AGENCY_FORM = "agency_form", "本局提供空白表"
    THIRD_PARTY = "third_party", "第三方机构出具"
    SHARED = "shared", "数据共享核验，免提交"


class FeeStage(TextChoices):
    """费用什么时候应缴；指南没有写的，是作出准予的决定时。"""

    ACCEPTANCE = "acceptance", "受理时"
    DECISION = "decision", "作出准予的决定时"


class DeliveryWay(TextChoices):
    """结果怎么给申请人。"""

    WINDOW = "window", "窗口领取"
    EXPRESS = "express", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"


class Postage(TextChoices):
    """邮费谁付；没有写的，是还没有核定。"""

    AGENCY = "agency", "本机关付"
    APPLICANT = "applicant", "收件人付"


class Stage(TextChoices):
    """三个阶段(规范行政审批流程:受理、审查、办结)。"""

    ACCEPT = "accept", "受理"
    REVIEW = "review", "审查"
    CLOSE = "close", "办结"


class ManualState(TextChoices):
    """工作手册一次排印的状态。"""

    ORDERED = "ordered", "排队中"
    MAKING = "making", "正在排印"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有做成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已到期清除"


# 还没有做完的；同样内容的一本已经有了（或快有了）的。
MANUAL_WAITING = (ManualState.ORDERED, ManualState.MAKING)
MANUAL_STANDING = (*MANUAL_WAITING, ManualState.READY)


class RetentionPeriod(TextChoices):
    """档案保管期限：永久、定期 30 年、定期 10 年。"""

    PERMANENT = "permanent", "永久"
    THIRTY = "30", "30年"
    TEN = "10", "10年"
