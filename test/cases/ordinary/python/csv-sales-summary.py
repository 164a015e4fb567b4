"""Summarise monthly sales per region from a CSV export."""
import csv
from collections import defaultdict


def load_rows(path):
    with open(path, newline="", encoding="utf-8") as handle:
        yield from csv.DictReader(handle)


def summarise(rows):
    totals = defaultdict(float)
    counts = defaultdict(int)
    for row in rows:
        region = row["region"].strip().title()
        totals[region] += float(row["amount"])
        counts[region] += 1
    return {region: (totals[region], totals[region] / counts[region]) for region in totals}


def main():
    summary = summarise(load_rows("data/sales.csv"))
    width = max(len(name) for name in summary)
    for region, (total, mean) in sorted(summary.items(), key=lambda item: -item[1][0]):
        print(f"{region:<{width}}  total {total:>12,.2f}  mean {mean:>8,.2f}")


if __name__ == "__main__":
    main()
