from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Status(Enum):
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(order=True)
class Item:
    sku: str
    quantity: int = 0
    unit_price: float = 0.0
    status: Status = field(default=Status.ACTIVE, compare=False)

    @property
    def value(self) -> float:
        return self.quantity * self.unit_price


class Inventory:
    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def add(self, item: Item) -> None:
        known = self._items.setdefault(item.sku, item)
        if known is not item:
            known.quantity += item.quantity

    def take(self, sku: str, quantity: int) -> bool:
        item = self._items.get(sku)
        if item is None or item.quantity < quantity:
            return False
        item.quantity -= quantity
        return True

    def total(self) -> float:
        return sum(item.value for item in self._items.values() if item.status is Status.ACTIVE)


stock = Inventory()
stock.add(Item("bolt-m4", 200, 0.05))
stock.add(Item("nut-m4", 180, 0.03))
stock.add(Item("bolt-m4", 50, 0.05))
assert stock.take("nut-m4", 20)
assert not stock.take("washer", 1)
print(round(stock.total(), 2))
