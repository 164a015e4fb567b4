import os

# ruleid: django-unsafe-settings
DEBUG = True
INSTALLED_APPS = ["shop"]
# ruleid: django-unsafe-settings
ALLOWED_HOSTS = ["*"]
# ruleid: django-unsafe-settings
SESSION_COOKIE_SECURE = False
# ok: django-unsafe-settings
CSRF_COOKIE_SECURE = True
# ok: django-unsafe-settings
TEMPLATE_DEBUG = os.environ.get("DEBUG") == "1"
