from flask import Flask, abort, jsonify, request

app = Flask(__name__)

BOOKS = {
    1: {"title": "The Left Hand of Darkness", "year": 1969},
    2: {"title": "Kindred", "year": 1979},
}


@app.get("/books")
def list_books():
    since = request.args.get("since", type=int, default=0)
    return jsonify([{"id": key, **book} for key, book in BOOKS.items() if book["year"] >= since])


@app.post("/books")
def create_book():
    body = request.get_json(silent=True)
    if not body or not isinstance(body.get("title"), str):
        abort(400, "title is required")
    key = max(BOOKS, default=0) + 1
    BOOKS[key] = {"title": body["title"], "year": int(body.get("year", 0))}
    return jsonify({"id": key}), 201


@app.delete("/books/<int:key>")
def delete_book(key):
    if BOOKS.pop(key, None) is None:
        abort(404)
    return "", 204


@app.errorhandler(404)
def missing(error):
    app.logger.warning("not found: %s", request.path)
    return jsonify(error="not found"), 404
