import sqlite3
from contextlib import closing

SCHEMA = """
create table if not exists orders (
    id integer primary key, customer text not null, total real not null, paid integer not null default 0
)
"""


class Orders:
    def __init__(self, path="orders.db"):
        self.db = sqlite3.connect(path)
        self.db.execute(SCHEMA)

    def add(self, customer, total):
        with self.db:
            cursor = self.db.execute("insert into orders (customer, total) values (?, ?)", (customer, total))
        return cursor.lastrowid

    def pay(self, order_id):
        with self.db:
            self.db.execute("update orders set paid = 1 where id = ?", (order_id,))

    def open(self):
        query = "select customer, sum(total) from orders where paid = 0 group by customer order by 2 desc"
        with closing(self.db.execute(query)) as rows:
            return rows.fetchall()


orders = Orders(":memory:")
first = orders.add("Ada", 12.5)
orders.add("Grace", 99)
orders.pay(first)
print(orders.open())
