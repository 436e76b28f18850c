"""porthole's agent: runs on the server while a connection lives, from memory, without a file of its own."""
import sys
from importlib.machinery import ModuleSpec

PACKAGE = "porthole_agent"


class TextImporter:
    """Imports this package's modules from their source text."""

    def __init__(self):
        self.sources = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources:
            return None
        is_package = any(other.startswith(name + ".") for other in self.sources)
        return ModuleSpec(name, self, is_package=is_package)

    def create_module(self, spec):
        # None asks for a module of the ordinary kind.
        return None

    def exec_module(self, module):
        name = module.__name__
        exec(compile(self.sources[name], "<" + name + ">", "exec"), module.__dict__)


importer = TextImporter()


def install(sources, package=PACKAGE):
    """Makes each {name: source} importable as a module of `package`."""
    if importer not in sys.meta_path:
        sys.meta_path.insert(0, importer)
    if package != PACKAGE:
        importer.sources.setdefault(package, "")
    for name, source in sources.items():
        importer.sources[package + "." + name if name != "__init__" else package] = source
