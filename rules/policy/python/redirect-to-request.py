from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import Flask, redirect, request, url_for

app = Flask(__name__)
PAGES = {"/home", "/help"}


@app.route("/login")
def login():
    target = request.args.get("next")
    # ruleid: redirect-to-request
    redirect(target)
    # ruleid: redirect-to-request
    redirect("https://" + target)
    # ok: redirect-to-request
    redirect("/users/" + target)
    # ok: redirect-to-request
    redirect(f"https://example.com/{target}")
    # ok: redirect-to-request
    redirect(url_for("user", name=target))
    if target in PAGES:
        # ok: redirect-to-request
        return redirect(target)
    # ok: redirect-to-request
    return redirect("/home")


def after(request):
    target = request.POST["next"]
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        # ok: redirect-to-request
        return HttpResponseRedirect(target)
    # ruleid: redirect-to-request
    return HttpResponseRedirect(target)


def elsewhere(target):
    # ok: redirect-to-request
    return redirect(target)
