/** Python's import system as far as a program takes part in it: what its own loaders give is run. */
export const IMPORTS = `
class Loader:
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        pass
    def load_module(self, name):
        return self.exec_module(name)
class InspectLoader(Loader):
    def get_filename(self, name):
        return name
    def get_source(self, name):
        return self.get_data(self.get_filename(name))
    def get_code(self, name):
        return self.get_source(name)
    def exec_module(self, module):
        exec(self.get_code(str(id(module))))
class SourceLoader(InspectLoader):
    pass
class ExecutionLoader(InspectLoader):
    pass
class FileLoader(InspectLoader):
    pass
class ModuleSpec:
    def __init__(self, name, loader, origin=None, loader_state=None, is_package=None):
        self.name = name
        self.loader = loader
        self.origin = origin
def spec_from_loader(name, loader, origin=None, is_package=None):
    return ModuleSpec(name, loader, origin)
def append(finder):
    spec = finder.find_spec(str(id(finder)), None, None)
    spec.loader.exec_module(spec)
def insert(at, finder):
    append(finder)
`;
