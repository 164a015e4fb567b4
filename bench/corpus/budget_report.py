from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Expense:
    day: str
    category: str
    amount: Decimal


def parse(rows):
    for number, row in enumerate(rows, start=1):
        day, category, amount = (cell.strip() for cell in row.split(";"))
        if not amount.replace(".", "", 1).isdigit():
            raise ValueError(f"line {number}: {amount!r} is no amount")
        yield Expense(day, category.lower(), Decimal(amount))


def by_month(expenses):
    totals = defaultdict(lambda: defaultdict(Decimal))
    for expense in expenses:
        totals[expense.day[:7]][expense.category] += expense.amount
    return totals


if __name__ == "__main__":
    ROWS = ["2026-01-03; rent; 850.00", "2026-01-09; food; 41.20", "2026-02-01; rent; 850.00"]
    for month, categories in sorted(by_month(parse(ROWS)).items()):
        print(month, sum(categories.values()))
        for name, total in sorted(categories.items(), key=lambda item: -item[1]):
            print(f"  {name:<10}{total:>10}")
