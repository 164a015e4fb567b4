import sqlite3
import uuid

from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)
db = sqlite3.connect("app.db")


@app.route("/user")
def user():
    name = request.args.get("name")
    # ruleid: request-into-sql
    db.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # ruleid: request-into-sql
    db.execute(f"SELECT * FROM users WHERE name = '{name}'")
    # ok: request-into-sql
    return db.execute("SELECT * FROM users WHERE name = ?", (name,))


def find(column):
    # ruleid: request-into-sql
    return db.execute("SELECT * FROM users ORDER BY %s" % column)


@app.get("/users/<column>")
def users(column):
    limit = int(request.args["limit"])
    # ok: request-into-sql
    db.execute(f"SELECT * FROM users LIMIT {limit}")
    return find(column)


def profile(request, user_id):
    # ruleid: request-into-sql
    User.objects.raw("SELECT * FROM users WHERE id = " + request.GET["id"])
    key = uuid.UUID(request.POST["key"])
    # ok: request-into-sql
    return User.objects.raw(f"SELECT * FROM users WHERE key = '{key}'")


@app.post("/search")
def search():
    words = request.get_json()["words"]
    # ruleid: request-into-sql
    statement = text("SELECT * FROM docs WHERE body LIKE '%" + words + "%'")
    # ok: request-into-sql
    fixed = text("SELECT * FROM docs WHERE body LIKE :words")
    return db.execute(fixed, {"words": words}), statement


def report(table):
    # ok: request-into-sql
    return db.execute(f"SELECT count(*) FROM {table}")
