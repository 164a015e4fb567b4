import jinja2
from jinja2 import Environment, select_autoescape

# ruleid: template-autoescape-off
jinja2.Environment(loader=loader)
# ruleid: template-autoescape-off
Environment(autoescape=False)
# ok: template-autoescape-off
Environment(loader=loader, autoescape=select_autoescape())
# ok: template-autoescape-off
jinja2.Environment(autoescape=True)
