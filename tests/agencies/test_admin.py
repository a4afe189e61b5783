"""维护页:人事维护人改自己机关的,审计只看,别人看不到,谁也不删。"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from agencies.models import Absence, Holding, Post, Unit, User
from agencies.states import Role
from office.journal.models import Entry
from tests import makers

NOUNS = ("agency", "unit", "seal", "post", "holding", "user")


def url(noun, page="changelist", *args):
    return reverse(f"admin:agencies_{noun}_{page}", args=args)


@pytest.fixture
def personnel(client, bureau):
    makers.sign_in(client, bureau.personnel)
    return client


@pytest.mark.clause("Z20")
@pytest.mark.parametrize("noun", NOUNS)
def test_only_personnel_and_auditors_see_the_keeping(client, bureau, noun):
    expected = {bureau.personnel: 200, bureau.auditor: 200, bureau.chief: 403, bureau.director: 403, bureau.editor: 403}
    for user, status in expected.items():
        makers.sign_in(client, user)
        assert client.get(url(noun)).status_code == status, user


@pytest.mark.clause("Z20")
def test_another_agency_is_out_of_sight(personnel, bureau):
    page = personnel.get(url("unit")).content.decode()
    assert "zj-orgs" in page and "sx-window" not in page
    assert personnel.get(url("unit", "change", bureau.stranger_unit.pk)).status_code == 302
    assert "sx.window.a" not in personnel.get(url("user")).content.decode()


def test_auditors_only_read(client, bureau):
    makers.sign_in(client, bureau.auditor)
    assert client.get(url("post", "change", bureau.posts.chief.pk)).status_code == 200
    assert client.post(url("post", "change", bureau.posts.chief.pk), {"title": "改名"}).status_code == 403
    assert client.get(url("holding", "add")).status_code == 403


def test_nobody_deletes(personnel, bureau):
    assert personnel.post(url("unit", "delete", bureau.orgs.pk), {"post": "yes"}).status_code == 403
    assert personnel.post(url("holding", "delete", bureau.chief.holdings.get().pk)).status_code == 403


def test_appointing_and_relieving(personnel, bureau):
    post = makers.post(bureau.orgs, Role.CLERK)
    form = {"post": post.pk, "user": bureau.reviewer.pk, "rank": "A"}
    assert personnel.post(url("holding", "add"), form).status_code == 302
    holding = post.holdings.get()
    bureau.reviewer.refresh_from_db()
    assert bureau.reviewer.may("take_in", bureau.orgs)
    again = personnel.post(url("holding", "add"), form)
    assert "先免去再任命" in again.content.decode()
    bulk = {"action": "relieve", "_selected_action": [holding.pk]}
    assert "已免去" in personnel.post(url("holding"), bulk, follow=True).content.decode()
    assert Holding.objects.get(pk=holding.pk).to_at is not None
    assert [line.by for line in Entry.objects.about(holding)] == [bureau.personnel] * 2


def test_appointing_oneself_is_forbidden(personnel, bureau):
    post = makers.post(bureau.lead, Role.DEPUTY, code="zj-deputy-9")
    assert (
        personnel.post(url("holding", "add"), {"post": post.pk, "user": bureau.personnel.pk, "rank": "A"}).status_code
        == 403
    )


def test_a_new_unit_comes_with_its_grants_and_a_line(personnel, bureau):
    form = {"agency": bureau.agency.pk, "code": "zj-aid", "name": "社会救助科", "kind": "section", "level": "city"}
    assert personnel.post(url("unit", "add"), form).status_code == 302
    aid = Unit.objects.get(code="zj-aid")
    bureau.director.refresh_from_db()
    assert bureau.director.may("read_denials", aid)
    assert Entry.objects.about(aid).get().by == bureau.personnel
    assert Unit.objects.filter(code="zj-aid", path="zj/zj-aid/").exists()


def test_a_unit_cannot_hang_below_itself(personnel, bureau):
    below = makers.unit(bureau.agency, "zj-below", parent=bureau.orgs)
    form = {"name": "科", "kind": "section", "level": "city", "parent": below.pk}
    page = personnel.post(url("unit", "change", bureau.orgs.pk), form)
    assert "上级不能在自己的下面" in page.content.decode()


def test_a_portfolio_is_changed_on_the_post(personnel, bureau):
    form = {"title": "副局长", "in_charge_of": [bureau.orgs.pk]}
    form |= {"holdings-TOTAL_FORMS": 0, "holdings-INITIAL_FORMS": 0}
    assert personnel.post(url("post", "change", bureau.posts.deputy.pk), form).status_code == 302
    assert list(bureau.posts.deputy.portfolio.all()) == [bureau.orgs]
    bureau.deputy_b.refresh_from_db()
    assert not bureau.deputy_b.may("sanction_denial", bureau.window)


def test_accounts_are_opened_amended_and_closed(personnel, bureau):
    form = {"username": "new.clerk", "full_name": "宋示例", "phone": "0759-0000999", "new_password": "short"}
    assert "id_new_password_error" in personnel.post(url("user", "add"), form).content.decode()
    assert personnel.post(url("user", "add"), form | {"new_password": "a-long-demo-phrase"}).status_code == 302
    opened = User.objects.get(username="new.clerk")
    assert opened.check_password("a-long-demo-phrase") and opened.phone == "0759-0000999"
    amended = {"full_name": "宋演示", "phone": "", "email": "", "new_password": ""}
    assert personnel.post(url("user", "change", opened.pk), amended).status_code == 302
    opened.refresh_from_db()
    assert (opened.full_name, opened.phone) == ("宋演示", "")
    assert opened.check_password("a-long-demo-phrase")
    personnel.post(url("user"), {"action": "close", "_selected_action": [opened.pk]})
    opened.refresh_from_db()
    assert not opened.is_active
    assert [line.verb.split(".")[-1] for line in Entry.objects.about(opened)] == ["open", "amend", "close"]


def test_superusers_are_out_of_reach_of_personnel(personnel, bureau):
    root = User.objects.create_superuser("root", full_name="维护试用")
    assert personnel.get(url("user", "change", root.pk)).status_code == 302


@pytest.mark.clause("C3", "D5")
def test_a_chief_records_his_own_absence_only(client, bureau):
    makers.sign_in(client, bureau.chief)
    when = {"from_at_0": "2026-03-02", "from_at_1": "10:00", "to_at_0": "", "to_at_1": "", "reason": "出差"}
    other = client.post(url("absence", "add"), {"user": bureau.chief_b.pk, **when})
    assert other.status_code == 200 and not Absence.objects.exists()
    assert client.post(url("absence", "add"), {"user": bureau.chief.pk, **when}).status_code == 302
    absence = Absence.objects.get()
    assert bureau.posts.chief.holder_at(makers.moment("2026-03-02 10:00")).user == bureau.chief_b
    assert "已经登记过离岗" in client.post(url("absence", "add"), {"user": bureau.chief.pk, **when}).content.decode()
    client.post(url("absence"), {"action": "back", "_selected_action": [absence.pk]})
    absence.refresh_from_db()
    assert absence.to_at is not None
    makers.sign_in(client, bureau.deputy)
    assert "出差" not in client.get(url("absence")).content.decode()


@pytest.mark.parametrize("more", [0, 3])
def test_lists_do_not_ask_a_question_per_row(personnel, bureau, more, django_assert_max_num_queries):
    for n in range(more):
        makers.staffed(makers.unit(bureau.agency, f"zj-more{n}"), Role.CHIEF, makers.user())
    for noun in NOUNS:
        with django_assert_max_num_queries(16):
            assert personnel.get(url(noun)).status_code == 200
    assert Post.objects.filter(role=Role.CHIEF).count() == 2 + more


def test_the_sign_in_page_may_ask_before_anybody_is_there(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    for noun in (*NOUNS, "absence"):
        model = apps.get_model("agencies", noun)
        assert not admin.site.get_model_admin(model).has_module_permission(request)
