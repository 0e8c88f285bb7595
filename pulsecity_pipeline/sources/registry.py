"""Every source there is, by name: a module of this package that satisfies `Source` is one."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pulsecity_pipeline.sources
from pulsecity_pipeline.sources.protocol import Source


def _find_sources() -> dict[str, Source]:
    found: dict[str, Source] = {}
    for info in iter_modules(pulsecity_pipeline.sources.__path__):
        if info.ispkg or info.name == "registry":
            continue
        module: ModuleType = import_module(f"{pulsecity_pipeline.sources.__name__}.{info.name}")
        if getattr(module, "NAME", None) == info.name and isinstance(module, Source):
            found[info.name] = module
    return found


#: Name → module, sorted.
SOURCES: dict[str, Source] = _find_sources()
