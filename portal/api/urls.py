"""开放接口的网址：/api/v1/ 是数据，/open/api/ 是给人看的文档。改了意思就出 v2，v1 不变。"""

from django.urls import path

from portal.api import pages, views

app_name = "api"
urlpatterns = [
    path("open/api/", pages.page, name="page"),
    path("api/v1/", views.root, name="root"),
    path("api/v1/openapi.json", views.openapi, name="contract"),
    path("api/v1/items/", views.items, name="items"),
    path("api/v1/items/<slug:code>/", views.item, name="item"),
    path("api/v1/items/<slug:code>/guide/", views.guide, name="guide"),
    path("api/v1/items/<slug:code>/versions/", views.versions, name="versions"),
    path("api/v1/items/<slug:code>/versions/<int:number>/", views.version, name="version"),
    path("api/v1/items/<slug:code>/materials/", views.materials, name="materials"),
    path("api/v1/items/<slug:code>/form/", views.form, name="form"),
    path("api/v1/units/", views.units, name="units"),
    path("api/v1/units/<slug:code>/", views.unit, name="unit"),
    path("api/v1/agencies/", views.agencies, name="agencies"),
    path("api/v1/disclosures/", views.disclosures, name="disclosures"),
    path("api/v1/disclosures.csv", views.disclosures_csv, name="disclosures-csv"),
    path("api/v1/catalogue.json", views.catalogue_json, name="catalogue-json"),
    path("api/v1/catalogue.csv", views.catalogue_csv, name="catalogue-csv"),
    path("api/<path:rest>", views.nowhere, name="nowhere"),
]
