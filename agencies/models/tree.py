"""一棵树:市、县、镇、村的单位都挂在同一棵树上,路径写在行里,查一枝只要一个前缀。"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Concat, Substr


class Branch(models.Model):
    """带路径的节点,例如 "zj/zj-aid/";路径由 save 维护,子孙随之改。"""

    path = models.CharField("路径", max_length=400, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        old, self.path = self.path, f"{self.stem()}{self.code}/"  # type: ignore[attr-defined]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "path"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if old and old != self.path:
                self._carry_along(old)

    def stem(self) -> str:
        """上级的路径。"""
        raise NotImplementedError

    def branches(self) -> Iterable[Any]:
        """路径可能在本节点之下的表。"""
        raise NotImplementedError

    def lineage(self) -> list[str]:
        """自己和各级上级的路径,自上而下。"""
        parts = self.path.strip("/").split("/")
        return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]

    def clean(self) -> None:
        """上级不能在自己的下面。"""
        if self.path and self.stem().startswith(self.path):
            raise ValidationError("上级不能在自己的下面。")

    def _carry_along(self, old: str) -> None:
        moved = Concat(models.Value(self.path), Substr("path", len(old) + 1))
        for table in self.branches():
            table._default_manager.filter(path__startswith=old).update(path=moved)
