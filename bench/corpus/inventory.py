from dataclasses import dataclass, field


@dataclass
class Item:
    sku: str
    name: str
    quantity: int = 0
    reorder_at: int = 5


@dataclass
class Inventory:
    items: dict = field(default_factory=dict)

    def receive(self, sku, name, quantity):
        item = self.items.setdefault(sku, Item(sku, name))
        item.quantity += quantity
        return item

    def ship(self, sku, quantity):
        item = self.items[sku]
        if item.quantity < quantity:
            raise ValueError(f"only {item.quantity} of {sku} left")
        item.quantity -= quantity

    def to_reorder(self):
        return [item for item in self.items.values() if item.quantity <= item.reorder_at]


stock = Inventory()
stock.receive("A-1", "Bolt", 40)
stock.receive("B-7", "Nut", 4)
stock.ship("A-1", 12)
print([item.name for item in stock.to_reorder()])
