from django.utils.safestring import mark_safe
from markupsafe import Markup

# ruleid: markup-marked-safe
mark_safe("<b>" + name + "</b>")
# ruleid: markup-marked-safe
Markup(f"<p>{text}</p>")
# ok: markup-marked-safe
mark_safe("<br>")
# ok: markup-marked-safe
Markup("<hr>")
