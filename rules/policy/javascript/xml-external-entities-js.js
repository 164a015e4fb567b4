import libxmljs, { parseXmlString } from "libxmljs";

// ruleid: xml-external-entities-js
libxmljs.parseXml(text, { noent: true });
// ruleid: xml-external-entities-js
parseXmlString(text, { noblanks: true, noent: true });
// ok: xml-external-entities-js
libxmljs.parseXml(text);
// ok: xml-external-entities-js
libxmljs.parseXml(text, { noent: false });
