"""报送信用平台的表：照双公示的数据标准一栏一栏列好；拿不准的栏目另页写明，缺的逐条列出，不编。"""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from approvals.models import Disclosure
from approvals.rules.disclosures import FOREVER
from catalog.rules.tables import guarded

MUST = True
# (栏名, 必填, 怎样取)。栏名和次序照发改办财金〔2018〕424号附件的行政许可表。
COLUMNS: tuple[tuple[str, bool, Any], ...] = (
    ("行政相对人名称", MUST, lambda one: one.party_name),
    ("行政相对人类别", MUST, lambda one: one.get_party_kind_display()),
    ("行政相对人代码_1(统一社会信用代码)", False, lambda one: one.party_code),
    ("行政相对人代码_2(工商注册号)", False, lambda one: ""),
    ("行政相对人代码_3(组织机构代码)", False, lambda one: ""),
    ("行政相对人代码_4(税务登记号)", False, lambda one: ""),
    ("行政相对人代码_5(事业单位证书号)", False, lambda one: ""),
    ("行政相对人代码_6(社会组织登记证号)", False, lambda one: ""),
    ("法定代表人", False, lambda one: one.representative),
    ("法定代表人证件类型", False, lambda one: ""),
    ("法定代表人证件号码", False, lambda one: ""),
    ("证件类型", False, lambda one: one.case.applicant.get_id_kind_display() if one.party_number else ""),
    ("证件号码", False, lambda one: one.party_number),
    ("行政许可决定文书名称", MUST, lambda one: one.document_name),
    ("行政许可决定文书号", MUST, lambda one: one.document_number),
    ("许可类别", MUST, lambda one: one.get_licence_kind_display()),
    ("许可证书名称", False, lambda one: one.certificate_name),
    ("许可编号", False, lambda one: one.certificate_number),
    ("许可内容", MUST, lambda one: one.content),
    ("许可决定日期", MUST, lambda one: f"{one.decided_on:%Y/%m/%d}"),
    ("有效期自", MUST, lambda one: f"{one.valid_from:%Y/%m/%d}"),
    ("有效期至", MUST, lambda one: f"{one.valid_until or FOREVER:%Y/%m/%d}"),
    ("许可机关", MUST, lambda one: one.authority_name),
    ("许可机关统一社会信用代码", MUST, lambda one: one.authority_code),
    ("当前状态", MUST, lambda one: "2" if one.ended_as or one.withdrawn_at else "1"),
    ("数据来源单位", MUST, lambda one: one.authority_name),
    ("数据来源单位统一社会信用代码", MUST, lambda one: one.authority_code),
    ("备注", False, lambda one: "；".join(filter(None, (one.remark, one.status if one.ended_as else "")))),
)
DOUBTS = (
    ("栏目和次序", "照发改办财金〔2018〕424号附件；报送以前与本省信用平台现行的标准、模板核对。"),
    ("证件号码", "自然人的号码在本系统里就是遮住的；平台要求报全的，由专人照平台的办法另报。"),
    ("法定代表人证件", "不导出；平台要求的，由专人另报。"),
    ("有效期至", "长期有效的写 2099/12/31，待核对。"),
    ("当前状态", "1 有效，2 无效（撤销、撤回、注销、吊销、撤下），待核对。"),
    ("许可类别", "登记类写“登记”，别的由核对的人定，待核对。"),
)


def workbook(rows: Iterable[Disclosure]) -> bytes:
    """三页：报送的行；缺什么；拿不准的。字都按字写，不会当成公式去算。"""
    found = list(rows)
    book = Workbook(write_only=True)
    main = book.create_sheet(_("行政许可"))
    main.freeze_panes = "B2"
    main.append([f"{name}*" if must else name for name, must, _get in COLUMNS])
    for one in found:
        main.append([_cell(main, str(get(one) or "")) for _name, _must, get in COLUMNS])
    lacking = book.create_sheet(_("缺项"))
    lacking.append([_("行政许可决定文书号"), _("缺什么")])
    for one in found:
        gaps = [name for name, must, get in COLUMNS if must and not get(one)]
        if gaps:
            lacking.append([_cell(lacking, one.document_number), _cell(lacking, "、".join(gaps))])
    doubts = book.create_sheet(_("待确认"))
    for line in (("栏目", "说明"), *DOUBTS):
        doubts.append([_cell(doubts, text) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, guarded(text))
    cell.data_type = "s"
    return cell
