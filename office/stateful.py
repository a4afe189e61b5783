"""状态只能一步一步走:受保护的状态栏、声明式的步、数据库里的守卫。

步写在模型上,只给字段赋值;真正走一步的门只有 office.steps.take。
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, ParamSpec, Protocol, TypeVar, cast

from django.db import models
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

Rule = Callable[[Any], bool]
F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")


class NotNow(Exception):
    """这一步存在,但不能从现在的状态走,或条件不满足;str() 是给人看的一句中文。"""


class WrongDoor(Exception):
    """有人想绕过 office.steps.take 改状态。"""


class Reasoned(Protocol[P]):
    """说得出“为什么现在不行”的条件。"""

    reason: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> bool: ...


def because(reason: str) -> Callable[[Callable[P, bool]], Reasoned[P]]:
    """给条件配一句“为什么现在不行”,页面照此说明。"""

    def mark(rule: Callable[P, bool]) -> Reasoned[P]:
        marked = cast("Reasoned[P]", rule)
        marked.reason = reason
        return marked

    return mark


def move(
    field: Any,
    source: str | Sequence[str],
    target: str | None,
    *,
    label: str,
    permission: Callable[[Any, Any], bool],
    conditions: Sequence[Rule] = (),
    clocks: Mapping[str, str] | None = None,
    offered: bool = True,
) -> Callable[[F], F]:
    """声明一步:从 source 到 target(None 表示状态不变),中文名 label,谁可以走,什么条件,对各时钟的作用。

    offered=False 的步不画成按钮(系统自己走的步,或由别的页面发起的步)。
    """
    custom = {"label": label, "clocks": dict(clocks or {}), "offered": offered}
    states = list(source) if not isinstance(source, str) else source
    return transition(
        field=field, source=states, target=target, conditions=list(conditions), permission=permission, custom=custom
    )


class StateField(FSMField):
    """受保护的状态栏。迁移里它只是一列文字:django-fsm 的字段在历史模型上也收集各步,每登记一次要把所有模型再看一遍。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "protected": True})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected")
        return name, "django.db.models.CharField", args, kwargs


class StatefulQuerySet(models.QuerySet[Any]):
    """批量写入也不能改状态。"""

    def _refuse(self, names: Iterable[str]) -> None:
        if set(names) & {field.name for field in self.model._meta.fields if isinstance(field, StateField)}:
            raise WrongDoor(f"{self.model._meta.verbose_name}的状态只能由 office.steps.take 改变")

    def update(self, **kwargs: Any) -> int:
        self._refuse(kwargs)
        return super().update(**kwargs)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        self._refuse(fields)
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for each in objs:
            each.refuse_wrong_door()
        return super().bulk_create(objs, *args, **kwargs)


@cache
def _state_fields(model: type[models.Model]) -> tuple[StateField, ...]:
    return tuple(field for field in model._meta.fields if isinstance(field, StateField))


class Stateful(ConcurrentTransitionMixin, models.Model):
    """状态受保护的模型:陈旧的保存被拒绝,绕门的保存被拒绝,重新读取如实。

    under 是先要锁住的上级的外键名(拟否定报告先锁办件,见架构“锁的次序”)。
    """

    under: ClassVar[str] = ""
    state: Any
    get_state_display: ClassVar[Any]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and len(self._states()) < len(self.state_fields):
            self.refresh_from_db(fields=[field.attname for field in self.state_fields])
        self.refuse_wrong_door()
        super().save(*args, **kwargs)
        self._known = self._states()

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **options: Any) -> Any:
        instance = super().from_db(db, field_names, values, **options)
        instance._known = instance._states()
        return instance

    @property
    def state_fields(self) -> tuple[StateField, ...]:
        # django-fsm 每读一行都把全部字段筛两遍;一个模型只筛一次
        return _state_fields(type(self))

    def _states(self) -> dict[str, str]:
        return {f.attname: self.__dict__[f.attname] for f in self.state_fields if f.attname in self.__dict__}

    def _update_initial_state(self) -> None:
        # django-fsm 在这里会把推迟读取的状态栏立刻读出来;只记已经读到的
        self._ConcurrentTransitionMixin__initial_states = self._states()

    def refuse_wrong_door(self) -> None:
        """新建只能是初始状态,改动只能出自 take。"""
        if self._state.adding:
            wrong = [f for f in self.state_fields if getattr(self, f.attname) != f.get_default()]
        else:
            known = getattr(self, "_known", {})
            wrong = [f for f in self.state_fields if self.__dict__.get(f.attname) != known.get(f.attname)]
        if wrong and not getattr(self, "_through_the_door", False):
            raise WrongDoor(f"{self._meta.verbose_name}的状态只能由 office.steps.take 改变")

    def save_moved(self) -> None:
        """只给 office.steps.take 用:保存一步之后的样子。"""
        self._through_the_door = True
        try:
            self.save()
        finally:
            self._through_the_door = False

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        # django-fsm 重新读取时会把整个进程的保护关掉一会儿;这里改为先忘掉旧值再读。
        names = list(fields or [f.attname for f in self._meta.concrete_fields])
        for field in self.state_fields:
            if field.attname in names or field.name in names:
                self.__dict__.pop(field.attname, None)
        models.Model.refresh_from_db(self, using=using, fields=names, from_queryset=from_queryset)
        for related in self._meta.related_objects if fields is None else ():  # 一对一的另一头也要如实
            if related.is_cached(self):
                related.delete_cached_value(self)
        if fields is None:  # 先取来的多行也要重新取
            self.__dict__.pop("_prefetched_objects_cache", None)
        self._update_initial_state()
        self._known = self._states()

    @classmethod
    def lock_by_key(cls, key: int, *, wait: bool) -> bool:
        """锁住主键为 key 的行(上级先锁);wait=False 时别人锁着就返回 False。"""
        row = cls._base_manager.filter(pk=key)
        rows = [cls._upper()._base_manager.filter(pk__in=row.values(cls.under)), row] if cls.under else [row]
        return all(each.select_for_update(no_key=True, skip_locked=not wait).values_list("pk").first() for each in rows)

    @classmethod
    def lock_free(cls, keys: Sequence[int]) -> set[int]:
        """成批锁住没有别人锁着的，照主键的次序(上级先锁)；返回锁住了哪几个。"""
        rows = cls._base_manager.filter(pk__in=keys).order_by("pk")
        if cls.under:
            uppers = cls._upper()._base_manager.filter(pk__in=rows.order_by().values(cls.under)).order_by("pk")
            mine = list(uppers.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
            rows = rows.filter(**{f"{cls.under}__in": mine})
        return set(rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))

    @classmethod
    def _upper(cls) -> Any:
        """要先锁住的上级的模型。"""
        return cls._meta.get_field(cls.under).related_model

    def lock(self) -> None:
        """锁住这一行并读到最新;有上级先锁上级。必须在事务里。"""
        manager = type(self)._base_manager
        if self.under:
            upper = self._upper()
            upper._base_manager.select_for_update(no_key=True).only("pk").get(pk=getattr(self, f"{self.under}_id"))
        self.refresh_from_db(from_queryset=manager.select_for_update(no_key=True))

    @classmethod
    def lock_all(cls, instances: Sequence["Stateful"]) -> None:
        """成批锁住并读到最新，照主键的次序；有上级先锁上级。必须在事务里。"""
        if cls.under:
            keys = {getattr(one, f"{cls.under}_id") for one in instances}
            uppers = cls._upper()._base_manager.filter(pk__in=keys).order_by("pk")
            list(uppers.select_for_update(no_key=True).values_list("pk"))
        rows = cls._base_manager.filter(pk__in=[one.pk for one in instances]).order_by("pk")
        fresh = {row.pk: row for row in rows.select_for_update(no_key=True)}
        for one in instances:
            one._take_over(fresh[one.pk])

    def _take_over(self, fresh: "Stateful") -> None:
        """换上刚读到的各栏；外键变了的，记着的那一头也忘掉。"""
        for field in self._meta.concrete_fields:
            value = fresh.__dict__[field.attname]
            moved = self.__dict__.get(field.attname) != value
            if moved and isinstance(field, models.ForeignKey) and field.is_cached(self):
                field.delete_cached_value(self)
            self.__dict__[field.attname] = value
        self._update_initial_state()
        self._known = self._states()
        self.__dict__["_read"] = dict(fresh.__dict__)

    @classmethod
    def save_all_moved(cls, instances: Sequence["Stateful"]) -> None:
        """只给 office.steps.take_all 用：只写变了的栏，变得一样的一次写完；锁着，所以一行不少。"""
        groups: dict[tuple[Any, ...], list[int]] = {}
        for one in instances:
            read = one.__dict__.pop("_read")
            changed = [field.attname for field in cls._meta.concrete_fields
                       if one.__dict__[field.attname] != read[field.attname]]  # fmt: skip
            groups.setdefault(tuple((name, one.__dict__[name]) for name in changed), []).append(one.pk)
        for values, keys in groups.items():
            if values:
                cls._base_manager.filter(pk__in=keys).update(**dict(values))
        for one in instances:
            one._update_initial_state()
            one._known = one._states()


def moves_of(model: type[models.Model]) -> list[Any]:
    """模型上声明的全部步(django_fsm.Transition),按名字与来源排好。"""
    field = next(f for f in model._meta.fields if isinstance(f, StateField))
    return sorted(field.get_all_transitions(model), key=lambda m: (m.name, m.source))


def pairs_of(model: type[models.Model]) -> list[tuple[str, str]]:
    """合法的(旧状态, 新状态),不含原地不动的步。"""
    return sorted({(m.source, m.target) for m in moves_of(model) if m.target is not None})


def guard_sql(table: str, initial: str, pairs: Sequence[tuple[str, str]]) -> str:
    """数据库守卫:只能从初始状态建行,只能走声明过的步,每一步都有同一事务里的日志。"""
    allowed = ", ".join(f"'{a}>{b}'" for a, b in sorted(pairs))
    label = table.replace("_", ".", 1)
    # 只拼接迁移里写死的表名和状态名,没有外来的字
    return f"""
CREATE OR REPLACE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> '{initial}' THEN
      RAISE EXCEPTION '{table}: a row begins as {initial}, not %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state) IN ({allowed}) THEN
    RAISE EXCEPTION '{table}: no step from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $guard$;
CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OF state ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_guard();
CREATE OR REPLACE FUNCTION {table}_journaled() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM office_entry WHERE subject_type = '{label}' AND subject_key = NEW.id::text
                 AND before = OLD.state AND after = NEW.state AND xid = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION '{table}: step from % to % has no journal line', OLD.state, NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE CONSTRAINT TRIGGER {table}_journaled AFTER UPDATE OF state ON {table} DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION {table}_journaled();
"""  # noqa: S608


def unguard_sql(table: str) -> str:
    """guard_sql 的反操作。"""
    return f"DROP FUNCTION {table}_guard() CASCADE; DROP FUNCTION {table}_journaled() CASCADE;"


def append_only_sql(table: str) -> str:
    """只增不改:数据库拒绝 UPDATE、DELETE、TRUNCATE,谁连上来都一样。"""
    return f"""
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION '{table} is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $guard$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
"""


def forgetting_sql(table: str, columns: Sequence[str], gone: str) -> str:
    """只增不改的表，所属的一件销毁了(gone)才许改这几栏；与模型的 forgets 一致，列级的权限由 grant_app_role 给。"""
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}] AND ({gone}) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '{table} is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $guard$;
"""


def open_up_sql(table: str) -> str:
    """append_only_sql 的反操作。"""
    return f"DROP FUNCTION {table}_append_only() CASCADE;"
