import html

import flask
from django.http import HttpResponse, JsonResponse
from flask import Flask, request
from markupsafe import Markup

app = Flask(__name__)


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    # ruleid: request-into-markup
    page = "<h1>Hello " + name + "</h1>"
    # ruleid: request-into-markup
    other = f"<h1>Hello {name}</h1>"
    # ok: request-into-markup
    safe = f"<h1>Hello {html.escape(name)}</h1>"
    # ok: request-into-markup
    log = f"hello {name}"
    # ok: request-into-markup
    return flask.render_template("hello.html", name=name), page, other, safe, log


@app.route("/raw/<name>")
def raw(name):
    # ruleid: request-into-markup
    return flask.make_response(name)


def view(request):
    title = request.GET["title"]
    # ruleid: request-into-markup
    HttpResponse(title)
    # ruleid: request-into-markup
    Markup(title.strip())
    # ok: request-into-markup
    HttpResponse("<p>fixed</p>")
    # ok: request-into-markup
    return JsonResponse({"title": title})


def wrap(title):
    # ok: request-into-markup
    return f"<h1>{title}</h1>"
