"""演示的权责清单：从真的导入进来，两头对照各看得到一处，都写明是示范。"""

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.models import User
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Item, Power, PowerFile
from office.workdays import clock
from portal.demonstration import powers
from portal.demonstration.stage import Days, play
from tests import makers

ITEMS = ["orgs-rating", "orgs-found", "orgs-change", "orgs-change-name", "places-certificate", "relief-minimum",
         "relief-subsistence"]  # fmt: skip


@pytest.mark.clause("D1")
@pytest.mark.django_db(transaction=True)
def test_the_list_comes_through_the_importer_and_each_side_lacks_one(client):
    call_command("load_workdays", verbosity=0)
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", *(DATA / f"{code}.json" for code in ITEMS), verbosity=0)
    now = clock.now()
    play(list(powers.begins(Days(now))), until=now)
    assert not list(powers.begins(Days(now))), "演过的不再演"
    assert all(file.applied_at and "示范" in file.name for file in PowerFile.objects.all())
    assert set(Power.objects.values_list("code", flat=True)) == {
        "示范-orgs-change", "示范-orgs-found", "示范-relief-minimum", powers.EXTRA[0],
    }  # fmt: skip
    assert Power.objects.without_item().get().code == powers.EXTRA[0]
    assert "《社会团体登记管理条例》" in Item.objects.get(code="orgs-found").power.basis
    assert Item.objects.get(code="orgs-rating").power is None
    makers.sign_in(client, User.objects.get(username="editor"))
    page = client.get(reverse("admin:catalog_power_compare")).content.decode()
    lacking, groundless = page.index('id="powers-without-item"'), page.index('id="items-without-power"')
    assert lacking < page.index(powers.EXTRA[1]) < groundless < page.index("社会组织评估")
    assert "社会团体成立登记" not in page and "示范：故意没有对应的事项" in page
