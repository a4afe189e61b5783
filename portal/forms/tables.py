"""表格：一行一张小表单。空着的行不算；没有脚本也能再加一行。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.rules.forms import ROWS, blank, broken
from portal.forms.fields import Spec, dressed, fitting, options_of, simple_field
from portal.forms.words import broken_words, plain

LONGEST = 2000  # 一格原样存进草稿的最多几个字


class RowForm(forms.Form):
    """表格的一行。"""

    use_required_attribute = False  # 整行空着也可以

    def __init__(
        self, spec: Spec, number: int, *, prefix: str, today: datetime.date, row: Mapping[str, Any], bound: bool
    ) -> None:
        data = {f"{prefix}-{key}": value for key, value in row.items()}
        super().__init__(data if bound else None, initial=None if bound else dict(row), prefix=prefix)
        self.columns = {column["key"]: column for column in spec["columns"]}
        self.number, self.today = number, today
        self.fields.update({key: simple_field(column, compact=True) for key, column in self.columns.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        row = {key: plain(value) for key, value in cleaned.items()}
        for key, column in self.columns.items():
            for check in broken(column, row, today=self.today):
                self.add_error(key, broken_words(check, column, {}))
        return cleaned

    def row(self) -> dict[str, Any]:
        return {key: plain(value) for key, value in self.cleaned_data.items() if not blank(plain(value))}


class TableInput(forms.Widget):
    """把一行行的输入收成清单；已经是清单的（存着的答案）照收。"""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.columns = {column["key"]: column for column in spec["columns"]}
        self.keys = list(self.columns)
        self.most = spec.get("max_rows", ROWS)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        if isinstance(given := data.get(name), list):
            return [self.fitting(row) for row in given if isinstance(row, dict)][: self.most]
        rows = []
        for number in range(self.most):
            names = {key: f"{name}-{number}-{key}" for key in self.keys}
            if any(one in data for one in names.values()):
                rows.append({key: str(data.get(one, ""))[:LONGEST] for key, one in names.items()})
        return rows

    def fitting(self, row: dict[str, Any]) -> dict[str, Any]:
        return {key: fitting(column, row.get(key)) for key, column in self.columns.items()}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}-0-{self.keys[0]}"


class TableField(forms.Field):
    """表格字段：值是一行行的清单。"""

    def __init__(self, spec: Spec, today: datetime.date) -> None:
        super().__init__(widget=TableInput(spec), **options_of(spec))
        dressed(self, spec)
        self.spec, self.today = spec, today

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> "BoundTable":
        return BoundTable(form, self, field_name)

    def rows(self, given: list[dict[str, Any]], prefix: str, *, bound: bool) -> list[RowForm]:
        """各行的小表单；空着的行不校验。"""
        return [
            RowForm(
                self.spec, number, prefix=f"{prefix}-{number - 1}", today=self.today, row=row,
                bound=bound and not _is_empty(row),
            )
            for number, row in enumerate(given, 1)
        ]  # fmt: skip

    def clean(self, value: Any) -> list[dict[str, Any]]:
        forms_ = [one for one in self.rows(value or [], "row", bound=True) if one.is_bound]
        least = self.spec.get("min_rows", 0)
        if not forms_ and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if wrong := [line for one in forms_ if not one.is_valid() for line in wrong_cells(one)]:
            raise ValidationError([message for _target, message in wrong])
        if 0 < len(forms_) < least:
            raise ValidationError(
                _("至少填 %(least)s 行，现在是 %(rows)s 行。") % {"least": least, "rows": len(forms_)}
            )
        return [one.row() for one in forms_]


def wrong_cells(row: RowForm) -> list[tuple[str, str]]:
    """这一行哪几格不对：(控件, 怎么说)。"""
    said = _("第 %(row)s 行：%(message)s")
    return [
        (row[key].id_for_label, said % {"row": row.number, "message": message})
        for key, messages in row.errors.items()
        for message in messages
    ]


def _is_empty(row: Mapping[str, Any]) -> bool:
    return all(blank(value) or not str(value).strip() for value in row.values())


class BoundTable(forms.BoundField):
    """画在页面上的表格：至少一行，点过“再加一行”的多一行；aimed 是一开就对准它。"""

    field: TableField
    more = False
    aimed = False

    def rows(self) -> list[RowForm]:
        stored = [self.field.widget.fitting(row) for row in self.value() or [] if isinstance(row, dict)]
        given = list(self.data) if self.form.is_bound else stored
        least, most = self.field.spec.get("min_rows", 0), self.field.spec.get("max_rows", ROWS)
        shown = min(most, max(len(given) + self.more, least, 1))
        given += [{} for _number in range(shown - len(given))]
        found = self.field.rows(given, self.html_name, bound=self.form.is_bound)
        if self.more or self.aimed:
            next(iter(found[-1 if self.more else 0].fields.values())).widget.attrs["autofocus"] = True
        return found

    def cells(self) -> list[tuple[str, str]]:
        """不对的格子：(控件, 怎么说)。"""
        return [line for row in self.rows() if row.is_bound for line in wrong_cells(row)]

    def whole(self) -> list[str]:
        """整张表的毛病：行数、合计、重复。"""
        inside = {message for _target, message in self.cells()}
        return [str(message) for message in self.errors if message not in inside]

    def lines(self) -> list[tuple[str, str]]:
        """错误汇总的各行：一格一格地指；整张表的毛病指第一格。"""
        return self.cells() + [(self.id_for_label, message) for message in self.whole()]

    @property
    def is_full(self) -> bool:
        return len(self.rows()) >= int(self.field.spec.get("max_rows", ROWS))
