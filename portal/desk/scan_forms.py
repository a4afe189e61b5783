"""一份材料的扫描件、照片：每份材料一格，可以不选；选得不对的，话写在那一格上。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.actions.files import BadUpload, Files, checked, clean_name, not_too_many
from approvals.models import CaseMaterial
from approvals.rules.materials import Brought
from portal.desk.received_forms import add_numbers, brought

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


class ScanInput(forms.FileInput):
    """可以选几个；手机、平板上直接拍。"""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT, "capture": "environment", "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class ScanField(forms.Field):
    """与群众自己上传的同一道关：类型、大小、个数。"""

    def __init__(self, label: str) -> None:
        hint = _("PDF、JPG、PNG，可以选几个；手机、平板上直接拍。")
        super().__init__(label=label, help_text=hint, required=False, widget=ScanInput())

    def clean(self, value: Any) -> Files:
        given: Files = [(one.name or "", one) for one in value or ()]
        try:
            for name, content in given:
                checked(clean_name(name), content, {})
            not_too_many(len(given), {})
        except BadUpload as reason:
            raise ValidationError(str(reason)) from reason
        return given


def add_scans(form: forms.Form, rows: Iterable[CaseMaterial]) -> None:
    """给每份材料添一格。"""
    for row in rows:
        form.fields[scan_name(row)] = ScanField(_("扫描件或照片：%s") % row.material.name)


def scan_name(row: CaseMaterial) -> str:
    return f"scan-{row.material.key}"


def scans_of(form: forms.Form, rows: Iterable[CaseMaterial]) -> dict[str, Files]:
    """选了的、没有毛病的：材料代号 → 几个文件。"""
    found = {row.material.key: form.cleaned_data.get(scan_name(row)) for row in rows}
    return {key: given for key, given in found.items() if given}


class BroughtForm(forms.Form):
    """容缺补来的：收到几份，扫描件。"""

    def __init__(self, rows: Iterable[CaseMaterial], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.rows = list(rows)
        add_numbers(self, [row.material for row in self.rows])
        add_scans(self, self.rows)

    def scans(self) -> dict[str, Files]:
        return scans_of(self, self.rows)

    def brought(self) -> dict[str, Brought]:
        return brought(self, [row.material for row in self.rows])
