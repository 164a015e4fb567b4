import xml.sax.handler

from lxml import etree

# ruleid: xml-external-entities
etree.XMLParser(resolve_entities=True)
# ruleid: xml-external-entities
etree.XMLParser(no_network=False, huge_tree=True)
# ruleid: xml-external-entities
reader.setFeature(xml.sax.handler.feature_external_ges, True)
# ok: xml-external-entities
etree.XMLParser(resolve_entities=False)
# ok: xml-external-entities
reader.setFeature(xml.sax.handler.feature_external_ges, False)
