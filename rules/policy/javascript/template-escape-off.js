import Handlebars from "handlebars";
import nunjucks from "nunjucks";

// ruleid: template-escape-off
Handlebars.compile(text, { noEscape: true });
// ruleid: template-escape-off
const value = new Handlebars.SafeString(html);
// ruleid: template-escape-off
nunjucks.configure("views", { autoescape: false });
// ok: template-escape-off
Handlebars.compile(text);
// ok: template-escape-off
nunjucks.configure("views", { autoescape: true });
