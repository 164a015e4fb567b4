import sqlite3
from contextlib import closing
from datetime import datetime, timezone

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
)
"""


def connect(path="tasks.db"):
    conn = sqlite3.connect(path)
    conn.row_factory = sqlite3.Row
    conn.execute(SCHEMA)
    return conn


def add_task(conn, title):
    now = datetime.now(timezone.utc).isoformat()
    cur = conn.execute("INSERT INTO tasks (title, created_at) VALUES (?, ?)", (title, now))
    return cur.lastrowid


def finish_task(conn, task_id):
    conn.execute("UPDATE tasks SET done = 1 WHERE id = ?", (task_id,))


def remove_task(conn, task_id):
    conn.execute("DELETE FROM tasks WHERE id = ?", (task_id,))


with closing(connect()) as db, db:
    first = add_task(db, "write report")
    second = add_task(db, "book room")
    finish_task(db, first)
    remove_task(db, second)
    for row in db.execute("SELECT id, title, done FROM tasks ORDER BY id"):
        print(row["id"], row["title"], "x" if row["done"] else "-")
