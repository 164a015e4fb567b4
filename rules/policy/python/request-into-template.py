import jinja2
from flask import Flask, render_template_string, request

app = Flask(__name__)
environment = jinja2.Environment(autoescape=True)


def compiled(source):
    # ruleid: request-into-template
    return environment.from_string(source)


@app.route("/card", methods=["POST"])
def card():
    text = request.form["text"]
    # ruleid: request-into-template
    page = render_template_string("<p>" + text + "</p>")
    # ok: request-into-template
    fixed = render_template_string("<p>{{ text }}</p>", text=text)
    # ruleid: request-into-template
    jinja2.Template(text).render()
    # ok: request-into-template
    jinja2.Template("{{ text }}").render(text=text)
    return page, fixed, compiled(request.json["layout"])


def from_disk(path):
    # ok: request-into-template
    return environment.from_string(open(path).read())
