"""申请表里的附件：文件由页面存进草稿，这里只看存着的有没有、几个。"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.rules.forms import FILE_TYPES, MOST_FILES
from portal.forms.fields import Spec, dressed, options_of

SUFFIXES = {"pdf": ".pdf,application/pdf", "jpg": ".jpg,.jpeg,image/jpeg", "png": ".png,image/png"}


class FilesInput(forms.FileInput):
    """值是存着的文件清单，不是这次提交里写的。"""

    allow_multiple_selected = True

    def __init__(self, spec: Spec, given: Any) -> None:
        accept = ",".join(SUFFIXES[one] for one in spec.get("accept", FILE_TYPES))
        super().__init__(attrs={"accept": accept, **({} if spec.get("max_files") == 1 else {"multiple": True})})
        self.given = given if isinstance(given, list) else []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return self.given

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class FilesField(forms.Field):
    """上传文件。"""

    stored: Any = ()  # 存着的文件和网址，由页面给出，画成清单
    may_stay = False  # 可以先传上、留在这一页（网上申请）；窗口随整张表一起交

    def __init__(self, spec: Spec, given: Any) -> None:
        super().__init__(widget=FilesInput(spec, given), **options_of(spec))
        dressed(self, spec)
        self.most = spec.get("max_files", MOST_FILES)

    def clean(self, value: Any) -> list[Any]:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > self.most:
            raise ValidationError(_("最多 %s 个文件。") % self.most)
        return list(value)
