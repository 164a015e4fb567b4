/**
 * Python's configparser as Python: sections stand in for what `[DEFAULT]` says, names are lowered, and what a value names of others
 * is put in when it is read (`BasicInterpolation`, unless it is turned off; a `RawConfigParser` has none).
 */
export const CONFIGPARSER = `
import configparser
class BasicInterpolation:
    how = "%"
class ExtendedInterpolation:
    how = "$"
class LegacyInterpolation:
    how = "%"
def lowered_(given):
    return {str(name).lower(): value for name, value in given.items()}
class Section:
    def __init__(self, parser, name):
        self.parser_ = parser
        self.name = name
    def __getitem__(self, name):
        return self.parser_.value_(self.name, name)
    def __setitem__(self, name, value):
        self.parser_.set(self.name, name, value)
    def __contains__(self, name):
        return self.parser_.has_option(self.name, name)
    def get(self, name, fallback=None, raw=False, vars=None):
        return self.parser_.get(self.name, name, raw=raw, vars=vars, fallback=fallback)
    def getboolean(self, name, fallback=None):
        return self.parser_.getboolean(self.name, name, fallback=fallback)
    def getint(self, name, fallback=None):
        return self.parser_.getint(self.name, name, fallback=fallback)
    def getfloat(self, name, fallback=None):
        return self.parser_.getfloat(self.name, name, fallback=fallback)
    def items(self):
        return self.parser_.all_(self.name).items()
    def keys(self):
        return self.parser_.merged_(self.name).keys()
    def values(self):
        return self.parser_.all_(self.name).values()
    def __iter__(self):
        return iter(self.parser_.merged_(self.name))
class ConfigParser:
    how_ = "%"
    def __init__(self, defaults=None, dict_type=None, allow_no_value=False, interpolation="", default_section="DEFAULT", **kw):
        self.data = {}
        self.default_ = default_section
        self.shared_ = {} if defaults is None else lowered_(defaults)
        if interpolation is None:
            self.how_ = ""
        elif interpolation != "":
            self.how_ = interpolation.how
    def merged_(self, section):
        if section == self.default_:
            return self.shared_
        return {**self.shared_, **self.data[section]}
    def value_(self, section, name, vars=None):
        values = self.merged_(section)
        if vars is not None:
            values = {**values, **lowered_(vars)}
        return configparser.filled_in(values[name.lower()], self.how_, values, self.data)
    def all_(self, section):
        values = self.merged_(section)
        return {name: configparser.filled_in(value, self.how_, values, self.data) for name, value in values.items()}
    def defaults(self):
        return self.shared_
    def read_string(self, text, source=None):
        self.data.update(configparser.sections_of_text(text, self.default_))
        self.shared_.update(configparser.defaults_of_text(text, self.default_))
    def read_dict(self, given, source=None):
        for name, values in given.items():
            self[name] = values
    def read_file(self, file, source=None):
        self.read_string(file.read())
    def read(self, paths, encoding=None):
        for path in [paths] if isinstance(paths, str) else paths:
            with open(path) as file:
                self.read_string(file.read())
        return [paths]
    def __getitem__(self, name):
        if name != self.default_:
            self.data[name]
        return Section(self, name)
    def __setitem__(self, name, values):
        if name == self.default_:
            self.shared_ = lowered_(values)
        else:
            self.data[name] = lowered_(values)
    def __contains__(self, name):
        return name == self.default_ or name in self.data
    def __iter__(self):
        return iter([self.default_, *self.data])
    def get(self, section, name, raw=False, vars=None, fallback=None):
        if raw:
            return self.merged_(section)[name.lower()] or fallback
        return self.value_(section, name, vars) or fallback
    def getboolean(self, section, name, raw=False, vars=None, fallback=None):
        value = self.get(section, name, raw=raw, vars=vars, fallback=fallback)
        return value.lower() in ("1", "yes", "true", "on") if isinstance(value, str) else bool(value)
    def getint(self, section, name, raw=False, vars=None, fallback=None):
        return int(self.get(section, name, raw=raw, vars=vars, fallback=fallback))
    def getfloat(self, section, name, raw=False, vars=None, fallback=None):
        return float(self.get(section, name, raw=raw, vars=vars, fallback=fallback))
    def items(self, section=None, raw=False, vars=None):
        if section is None:
            return [(name, Section(self, name)) for name in self]
        return self.merged_(section).items() if raw else self.all_(section).items()
    def sections(self):
        return list(self.data.keys())
    def options(self, section):
        return list(self.merged_(section).keys())
    def has_section(self, name):
        return name in self.data
    def has_option(self, section, name):
        return name.lower() in self.merged_(section)
    def add_section(self, name):
        self.data[name] = {}
    def set(self, section, name, value=None):
        if section == self.default_:
            self.shared_[name.lower()] = value
        else:
            self.data[section][name.lower()] = value
    def remove_option(self, section, name):
        self.data[section].pop(name.lower(), None)
    def remove_section(self, section):
        self.data.pop(section, None)
    def write(self, file):
        for key, value in self.shared_.items():
            file.write(f"{key} = {value}")
        for name in self.data:
            for key, value in self.data[name].items():
                file.write(f"{key} = {value}")
class RawConfigParser(ConfigParser):
    how_ = ""
class SafeConfigParser(ConfigParser):
    pass
`;
