"""队列里的一个动作：按钮上的话、要填的表、怎么办；各页照此画出来。"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms


@dataclass(frozen=True)
class Deed:
    """名字（也是状态机里那一步的名字）、按钮上的话、样子、表、办它的动作、办成之后说的话。"""

    name: str
    label: str
    kind: str
    form: type[forms.Form]
    act: Callable[..., Any]
    done: str = ""
    preview: Callable[..., bytes] | None = field(default=None, kw_only=True)  # 按下以前看一眼要出的文书

    @property
    def has_preview(self) -> bool:
        """模板问的：模板里写 preview 会去调用它。"""
        return self.preview is not None


def words(label: str, hint: str = "", *, required: bool = True, rows: int = 3, most: int = 1000) -> forms.CharField:
    """一段要写的话；空着就说是哪一段。"""
    area = forms.Textarea(attrs={"rows": rows})
    told = {"required": f"请填写“{label}”。"}
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, widget=area, error_messages=told
    )
