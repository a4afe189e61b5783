"""目录维护页的走法：网址、把编辑表照原样交回去、按一个按钮。"""

from html.parser import HTMLParser

from django.urls import reverse


def url(noun, page="changelist", *args):
    return reverse(f"admin:catalog_{noun}_{page}", args=args)


class _Boxes(HTMLParser):
    """一页上某个表里的每一格和它的值，与浏览器交上去的相同。"""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.values = form, False, {}
        self.area = self.select = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form
        if not self.inside:
            return
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            ticked = given.get("type") in ("checkbox", "radio")
            if ticked and "checked" not in given:
                return
            self.values.setdefault(name, []).append(given.get("value", "on" if ticked else ""))
        if tag == "textarea":
            self.area, self.values[name] = name, [""]
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and ("selected" in given or self.select not in self.values):
            self.values[self.select] = [given.get("value", "")]

    def handle_data(self, data):
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = None
        if tag == "select":
            self.select = None


def posted(response, form: str) -> dict:
    """页面上现有的全部值：照样交回去就是没有改。"""
    boxes = _Boxes(form)
    boxes.feed(response.content.decode())
    return {
        name: [value.removeprefix("\n").replace("\r\n", "\n") for value in values]
        for name, values in boxes.values.items()
    }


def edit(client, guide, **changes):
    """打开编辑表，改几格，存。"""
    address = f"{url('guide', 'change', guide.pk)}?edit=1"
    values = posted(client.get(address), "guide_form")
    return client.post(address, {**values, **changes, "_save": "1"})


def deed(client, guide, name: str, **fields) -> str:
    """按一个按钮，返回回到的那一页。"""
    values = {f"{name}-{key}": value for key, value in fields.items()}
    answer = client.post(reverse("admin:catalog_guide_deed", args=[guide.pk, name]), values, follow=True)
    return answer.content.decode()
