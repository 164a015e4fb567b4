import _, { merge } from "lodash";

// ruleid: merge-of-parsed-text
_.merge({}, JSON.parse(text));
// ruleid: merge-of-parsed-text
merge(settings, req.body);
// ok: merge-of-parsed-text
_.merge({}, defaults);
// ok: merge-of-parsed-text
Object.assign({}, JSON.parse(text));
