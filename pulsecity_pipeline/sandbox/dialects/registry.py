"""Every dialect there is, by its source's name: a module of this package that satisfies `Dialect` is one."""

from importlib import import_module
from pkgutil import iter_modules

import pulsecity_pipeline.sandbox.dialects
from pulsecity_pipeline.sandbox.serving.protocol import Dialect


def _find_dialects() -> dict[str, Dialect]:
    found: dict[str, Dialect] = {}
    for info in iter_modules(pulsecity_pipeline.sandbox.dialects.__path__):
        if info.ispkg or info.name == "registry":
            continue
        module = import_module(f"{pulsecity_pipeline.sandbox.dialects.__name__}.{info.name}")
        if getattr(module, "NAME", None) == info.name and isinstance(module, Dialect):
            found[info.name] = module
    return dict(sorted(found.items()))


#: Name → module, sorted.
DIALECTS: dict[str, Dialect] = _find_dialects()
