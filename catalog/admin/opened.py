"""两个人同时打开一页：页上带着打开时的摘要，存的时候锁住了再核对，后存的不悄悄盖掉先存的。"""

import json
from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.forms.models import model_to_dict

from office.vault import digest

OPENED = "opened"  # 表上带着的：打开时这一处的摘要
MOVED = "别人刚改过这一处，您填的还没有存。请看清现在的样子；仍要照您填的，再存一次。"


def mark_of(part: Any) -> str:
    """一处内容的摘要。"""
    return digest(json.dumps(part, ensure_ascii=False, sort_keys=True, default=str))


class OpenedForm(forms.ModelForm):
    """整页存一份的表。没有带摘要的(不是从页面上来的)不核对。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = mark_of(self.part()) if self.instance.pk else ""
        self.opened = self.data.get(OPENED, self.now)

    def part(self) -> dict[str, Any]:
        """这一页上改的内容，存着的样子。"""
        return model_to_dict(self.instance, fields=self._meta.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.opened != self.now:
            self.add_error(None, MOVED)
            self.opened = self.now  # 看过现在的样子再存，就照他填的
        return cleaned


class LockedPage:
    """存之前先锁住再读：读到的就是要改的那一份，不会把别处刚存的旧值写回去。"""

    def changeform_view(
        self: Any, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        show = partial(super().changeform_view, request, object_id, form_url, extra_context)  # type: ignore[misc]
        if request.method != "POST" or not str(object_id).isdecimal():
            return show()
        with transaction.atomic():
            self.model.objects.select_for_update(no_key=True).filter(pk=object_id).first()
            return show()
