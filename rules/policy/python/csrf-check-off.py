from django.views.decorators.csrf import csrf_exempt


# ruleid: csrf-check-off
@csrf_exempt
def pay(request):
    return transfer(request)


# ok: csrf-check-off
@login_required
def show(request):
    return page(request)


# ruleid: csrf-check-off
app.config["WTF_CSRF_ENABLED"] = False
# ok: csrf-check-off
app.config["WTF_CSRF_ENABLED"] = True
