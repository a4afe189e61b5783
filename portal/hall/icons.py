"""主题的图标。"""

from catalog.states import Theme

ICONS: dict[str, str] = {
    Theme.ORGANISATIONS: "group",
    Theme.CHARITY: "heart",
    Theme.RELIEF: "aid",
    Theme.ELDERLY: "elder",
    Theme.CHILDREN: "child",
    Theme.DISABILITY: "access",
    Theme.MARRIAGE: "rings",
    Theme.FUNERAL: "flower",
    Theme.PLACES: "place",
    Theme.VOLUNTEER: "people",
}
