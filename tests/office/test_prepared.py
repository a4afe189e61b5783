"""编译一次的查询：取出来的与照常查的是同一个样子，真值只当真值。"""

import threading

import pytest
from django.db import InterfaceError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Value

from agencies.models import Unit
from office.prepared import KEY, KEYS, TEXT, Prepared, among

pytestmark = pytest.mark.django_db


def units():
    below = Unit.objects.filter(parent=OuterRef("pk"))
    return Unit.objects.select_related("agency").only("name", "path", "agency__name").annotate(parent_of=Exists(below))


def by_path():
    return Prepared(lambda path: units().filter(path=path), TEXT)


def test_a_prepared_row_is_the_row_the_plain_query_gives(bureau, django_assert_num_queries):
    prepared = by_path()
    for plain in units():
        with django_assert_num_queries(1):
            found = prepared.first(plain.path)
            told = (found, found.name, found.parent_of, found.agency.name)
        assert told == (plain, plain.name, plain.parent_of, plain.agency.name)
        assert found.get_deferred_fields() == plain.get_deferred_fields()
        assert found._state.db == "default"


@pytest.mark.parametrize("value", ["", "no/such", "' OR 1=1 --", "%s", "\x01"])
def test_what_is_not_there_is_none_whatever_is_asked(bureau, value):
    assert by_path().first(value) is None


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection(bureau):
    prepared, path, found = by_path(), Unit.objects.first().path, []

    def ask():
        found.append((prepared.first(path).path, connection.connection))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for one, _ in found] == [path] * 3
    assert len({id(one) for _, one in found} | {id(connection.connection)}) == 4


@pytest.mark.django_db(transaction=True)
def test_neither_a_rollback_nor_a_new_connection_loses_it(bureau):
    prepared, path = by_path(), Unit.objects.first().path
    with transaction.atomic():
        assert prepared.first(path).path == path
        transaction.set_rollback(True)
    assert prepared.first(path).path == path
    connection.close()
    assert prepared.first(path).path == path
    for _ in range(8):  # 第六次起数据库改用通用的计划
        assert prepared.first("no/such") is None and prepared.first(path).path == path


def test_many_keys_are_one_value_whether_none_or_three(bureau, django_assert_num_queries):
    prepared, keys = Prepared(lambda keys: units().filter(among("pk", keys)), KEYS), [unit.pk for unit in units()]
    for some in ([], keys[:1], keys[:3]):
        with django_assert_num_queries(1):
            assert {unit.pk for unit in prepared.rows(some)} == set(some)


def test_two_values_each_in_its_own_place(bureau):
    prepared = Prepared(lambda key, path: units().filter(pk=key, path=path), KEY, TEXT)
    first, second = units()[:2]
    assert prepared.first(first.pk, first.path) == first
    assert prepared.first(first.pk, second.path) is None
    assert list(prepared.rows(second.pk, second.path)) == [second]


def test_rows_keep_their_shape(bureau):
    first = Unit.objects.first()
    flat = Prepared(lambda path: Unit.objects.filter(path=path).values_list("pk", flat=True)[:5], TEXT)
    pairs = Prepared(lambda path: Unit.objects.filter(path=path).values_list("pk", "name"), TEXT)
    dicts = Prepared(lambda path: Unit.objects.filter(path=path).values("pk"), TEXT)
    counted = Unit.objects.order_by().values_list(Value("unit")).annotate(Count("pk"))
    union = Prepared(lambda keys: counted.filter(among("pk", keys)).union(counted.none(), all=True), KEYS)
    assert list(flat.rows(first.path)) == [first.pk]
    assert list(pairs.rows(first.path)) == [(first.pk, first.name)]
    assert list(dicts.rows(first.path)) == [{"pk": first.pk}]
    assert dict(union.rows([first.pk])) == {"unit": 1}


@pytest.mark.django_db(transaction=True)
def test_a_dead_connection_is_known_for_dead(bureau):
    prepared, path = by_path(), Unit.objects.first().path
    connection.connection.close()  # 数据库重启、网络断开
    with pytest.raises(InterfaceError):
        prepared.first(path)
    connection.close_if_unusable_or_obsolete()
    assert prepared.first(path).path == path
