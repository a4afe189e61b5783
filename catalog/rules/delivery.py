"""结果怎么给申请人：窗口领取、邮寄、电子送达，各怎么拿到、几天内、邮费谁付。"""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.words import written
from catalog.states import DeliveryWay, Postage

MOST_DAYS = 10  # 行政许可法四十四条：自作出决定之日起十日(工作日)内颁发、送达


def check_delivery(delivery: Iterable[Any]) -> list[str]:
    """一种一行，不重复；写了几天的不超过法律的十个工作日；只有邮寄的才说邮费。"""
    found, seen = [], set()
    for number, row in enumerate(delivery, 1):
        where, way = f"送达方式第{number}条", row.get("way")
        if way not in DeliveryWay.values or not written(row.get("how")):
            found.append(f"{where}：要选窗口领取、邮寄送达或者电子送达，并写明怎么拿到")
            continue
        if way in seen:
            found.append(f"{where}：{DeliveryWay(way).label}写了两次")
        seen.add(way)
        found += [f"{where}：{fault}" for fault in _terms(row)]
    if seen == {DeliveryWay.ELECTRONIC}:
        found.append("送达方式不能只有电子送达：电子送达要收件人同意，不同意的要有窗口领取或者邮寄送达")
    return found


def _terms(row: Mapping[str, Any]) -> list[str]:
    days, payer = row.get("days"), row.get("postage")
    found = []
    if days is not None and (type(days) is not int or not 1 <= days <= MOST_DAYS):
        found.append(f"作出决定之日起{MOST_DAYS}个工作日内要送达(行政许可法第四十四条)，期限只能写1到{MOST_DAYS}")
    if payer and payer not in Postage.values:
        found.append("邮费只能由本机关付，或者由收件人付")
    if payer and row["way"] != DeliveryWay.EXPRESS:
        found.append("只有邮寄送达的才写邮费")
    return found


def ways_offered(guide: Any) -> list[str]:
    """这一版指南许可的几种；没有写的(有这一栏之前的各版)，三种都可以。"""
    told = [row.get("way", "") for row in guide.delivery]
    return [way for way in DeliveryWay.values if way in told] or list(DeliveryWay.values)


def days_promised(guide: Any) -> int:
    """最迟几个工作日：各种方式里最长的；有一种没有写的，照法律。"""
    return max((row.get("days") or MOST_DAYS for row in guide.delivery), default=MOST_DAYS)
