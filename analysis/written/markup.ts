/**
 * XML and HTML parsers of Python as Python: ElementTree and lxml (`Element`), BeautifulSoup (`Tag`), minidom (`Node`) and the parser
 * that calls methods of a class of the program's own. What is looked for is found by `markup_found`, in the text of the element.
 */
export const MARKUP = `
import written
def first(found, otherwise=None):
    return found[0] if found else otherwise
class Element:
    def find(self, path, namespaces=None):
        return first(written.markup_found(self, "path", path))
    def findall(self, path, namespaces=None):
        return written.markup_found(self, "path", path)
    def findtext(self, path, default=None, namespaces=None):
        return first(written.markup_found(self, "text of", path), default)
    def xpath(self, path, **kw):
        return written.markup_found(self, "xpath", path)
    def cssselect(self, selector):
        return written.markup_found(self, "css", selector)
    def iter(self, tag=None):
        return written.markup_found(self, "all", tag)
    def itertext(self, *tags):
        return written.markup_found(self, "texts")
    def text_content(self):
        return "".join(written.markup_found(self, "texts"))
    def getchildren(self):
        return written.markup_found(self, "path", "*")
    def getroot(self):
        return self
    def get(self, name, default=None):
        return self.attrib.get(name, default)
    def set(self, name, value):
        self.attrib[name] = value
    def items(self):
        return self.attrib.items()
    def keys(self):
        return self.attrib.keys()
    def __iter__(self):
        return iter(written.markup_found(self, "path", "*"))
    def __getitem__(self, at):
        return written.markup_found(self, "path", "*")[at]
    def __len__(self):
        return len(written.markup_found(self, "path", "*"))
    iterfind = findall
class Tag:
    def find(self, name=None, attrs=None, recursive=True, string=None, **kw):
        return first(written.markup_found(self, "named", name, attrs, kw))
    def find_all(self, name=None, attrs=None, recursive=True, string=None, limit=None, **kw):
        return written.markup_found(self, "named", name, attrs, kw)
    def __call__(self, name=None, attrs=None, **kw):
        return written.markup_found(self, "named", name, attrs, kw)
    def select(self, selector, **kw):
        return written.markup_found(self, "css", selector)
    def select_one(self, selector, **kw):
        return first(written.markup_found(self, "css", selector))
    def get_text(self, separator="", strip=False):
        texts = written.markup_found(self, "texts")
        if strip:
            texts = [text.strip() for text in texts]
        return separator.join(texts)
    def get(self, name, default=None):
        return self.attrs.get(name, default)
    def get_attribute_list(self, name):
        return [self.attrs[name]]
    def has_attr(self, name):
        return name in self.attrs
    @property
    def text(self):
        return "".join(written.markup_found(self, "texts"))
    @property
    def string(self):
        return "".join(written.markup_found(self, "texts"))
    @property
    def strings(self):
        return written.markup_found(self, "texts")
    @property
    def stripped_strings(self):
        return [text.strip() for text in written.markup_found(self, "texts")]
    @property
    def contents(self):
        return written.markup_found(self, "contents")
    @property
    def children(self):
        return written.markup_found(self, "contents")
    @property
    def descendants(self):
        return written.markup_found(self, "all", None)
    def __getitem__(self, name):
        return self.attrs[name]
    def __iter__(self):
        return iter(written.markup_found(self, "contents"))
    def __getattr__(self, name):
        return first(written.markup_found(self, "named", name, None, {}))
    findAll = find_all
    getText = get_text
class Node:
    def getElementsByTagName(self, name):
        return written.markup_found(self, "all", name)
    def getAttribute(self, name):
        return self.attrs.get(name, "")
    def hasAttribute(self, name):
        return name in self.attrs
    def normalize(self):
        pass
    @property
    def documentElement(self):
        return first(written.markup_found(self, "path", "*"))
    @property
    def childNodes(self):
        return [Data(one) if isinstance(one, str) else one for one in written.markup_found(self, "contents")]
    @property
    def firstChild(self):
        return self.childNodes[0]
    @property
    def lastChild(self):
        return self.childNodes[-1]
class Data:
    def __init__(self, data):
        self.data = self.nodeValue = self.wholeText = data
        self.nodeType = 3
class HTMLParser:
    def __init__(self, *, convert_charrefs=True):
        pass
    def feed(self, data):
        for kind, one, two in written.markup_events(data):
            if kind == "start":
                self.handle_starttag(one, two)
            elif kind == "closed":
                self.handle_startendtag(one, two)
            elif kind == "end":
                self.handle_endtag(one)
            elif kind == "comment":
                self.handle_comment(one)
            else:
                self.handle_data(one)
    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)
    def handle_starttag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        pass
    def handle_data(self, data):
        pass
    def handle_comment(self, data):
        pass
    def close(self):
        pass
    def reset(self):
        pass
    def getpos(self):
        return (1, 0)
`;
