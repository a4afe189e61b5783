"""随报文来的文件：哪一个是哪份材料、申请表哪一格的，与写明的对不对得上；收不收得下，与群众自己上传的同一道关。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile

from approvals.actions import arriving
from approvals.actions.files import Files
from approvals.rules import media_type
from office.exchange.receiving import Arrived


@dataclass
class Carried:
    """认过的文件：一处(材料代号、格子)若干个；认不得的逐条写在 wrong。"""

    arrived: Arrived
    used: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def take(self, rows: Any, called: str, field: Mapping[str, Any] | None = None) -> Files:
        """一份材料、一格附件写明的那些文件。called 是它叫什么；field 是附件格的定义。"""
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            self.wrong.append(f"“{called}”的文件要是一张清单，每个写明 name、media_type、size、digest")
            return []
        found = {str(one.get("digest") or ""): one for one in rows}  # 同一份写两遍，还是那一份
        faults = [fault for mark, one in found.items() if (fault := self._fault(mark, one))]
        given = [] if faults else [(one["name"], ContentFile(self.arrived.files[mark])) for mark, one in found.items()]
        self.used |= set(found)
        self.wrong += [f"{called}：{fault}" for fault in faults or arriving.faults(given, field or {})]
        return given

    def _fault(self, mark: str, told: Mapping[str, Any]) -> str:
        """写明的与内容对不上的地方；对得上是空串。"""
        name, raw = told.get("name"), self.arrived.files.get(mark)
        if not isinstance(name, str) or not name.strip():
            return "文件没有写明 name"
        called = f"“{name[:40]}”"
        if raw is None:
            return f"{called}的内容不在 files 里；文件要随报文来，我们不到别处去取"
        if str(told.get("algorithm") or "SM3") != "SM3":
            return f"{called}的摘要只认 SM3"
        if type(told.get("size")) is not int or told["size"] != len(raw):
            return f"{called}写明的 size 和内容对不上"
        if raw and told.get("media_type") != media_type(raw[:16]):
            return f"{called}写明的 media_type 和内容对不上；只收 PDF、JPG、PNG"
        return ""

    def left(self) -> list[str]:
        """带来了、却没有写明是哪份材料的。"""
        return [
            f"文件 {mark[:16]} 没有写明是哪份材料、哪一格的" for mark in sorted(set(self.arrived.files) - self.used)
        ]
