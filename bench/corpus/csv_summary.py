"""Summarise a sales export by region and month."""
import csv
from collections import defaultdict
from pathlib import Path


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            row["amount"] = float(row["amount"])
            yield row


def summarise(rows):
    totals = defaultdict(lambda: defaultdict(float))
    for row in rows:
        month = row["date"][:7]
        totals[row["region"]][month] += row["amount"]
    return totals


def write_report(totals, target):
    lines = ["region,month,total"]
    for region in sorted(totals):
        for month, total in sorted(totals[region].items()):
            lines.append(f"{region},{month},{total:.2f}")
    Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_report(summarise(read_rows("data/sales.csv")), "out/summary.csv")
    print("summary written")
