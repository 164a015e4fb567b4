import sqlite3
from contextlib import closing

QUERY = """
SELECT c.name, COUNT(o.id) AS orders, SUM(o.total) AS revenue
FROM customers c JOIN orders o ON o.customer_id = c.id
WHERE o.created_at >= ? GROUP BY c.id ORDER BY revenue DESC LIMIT ?
"""


def top_customers(path, since, limit=20):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        cursor = connection.execute(QUERY, (since, limit))
        return [dict(row) for row in cursor.fetchall()]


def table(rows):
    if not rows:
        return "no orders"
    width = max(len(row["name"]) for row in rows)
    lines = []
    for row in rows:
        share = row["revenue"] / sum(r["revenue"] for r in rows)
        lines.append(f"{row['name']:<{width}} {row['orders']:>6} {row['revenue']:>12.2f} {share:6.1%}")
    return "\n".join(lines)


print(table(top_customers("shop.db", "2025-01-01")))
