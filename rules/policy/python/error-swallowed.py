# ruleid: error-swallowed
try:
    save()
except:
    pass
# ruleid: error-swallowed
try:
    save()
except Exception:
    pass
# ok: error-swallowed
try:
    save()
except FileNotFoundError:
    pass
