"""The architecture rules as a checker: the source of a package in, broken rules out as text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "pulsecity_pipeline"
MAX_LINES = 300

#: What everybody may import; `sources.protocol` is the interface between fetching, reading and the sandbox.
SHARED = ("code_version", "config", "contracts", "identity", "sources.protocol")
#: Packages that know the contracts and nothing else of ours.
NARROW = {"history": ("contracts",)}
#: What packages may import of the toolkit of sources, beside what everybody may.
WIDER = {
    "enrichment": ("sources.formats.json_values",),
    "signals": ("sources.formats.json_values", "sources.addresses", "sources.paging"),
}
#: From the bottom up: who composes the pure packages. Each may import what stands before it; `bench` is nobody's.
COMPOSING = ("settings", "inputs", "interactions", "city_run", "bench", "defs", "definitions", "commands", "cli")
#: Heavy or guarded libraries → the top packages that may import them.
GUARDED = {"dagster": ("defs", "definitions"), "great_expectations": ("quality",), "httpx": ("fetch",)}
#: Guarded imports that may only stand inside functions: (importing top package or *, imported).
LAZY = (("*", "great_expectations"), ("commands", f"{PACKAGE}.defs"), ("cli", f"{PACKAGE}.defs"))


@dataclass(frozen=True)
class Import:
    """One imported module: `line` where, `is_lazy` inside a function or for type checking only."""

    module: str
    line: int
    is_lazy: bool


def find_violations(root: Path) -> list[str]:
    """Broken rules of every module under the package folder `root`, as `path:line: what`, in path order."""
    return [
        f"{path.relative_to(root.parent).as_posix()}:{found}"
        for path in sorted(root.rglob("*.py"))
        for found in check_module(
            path.relative_to(root).with_suffix("").as_posix().replace("/", "."), path.read_text("utf-8")
        )
    ]


def check_module(name: str, source: str) -> list[str]:
    """Broken rules of one module; `name` is its dotted name within the package."""
    tree = ast.parse(source)
    found = [f"{imported.line}: {reason}" for imported in list_imports(tree) if (reason := refuse(name, imported))]
    return [*found, *_check_shape(tree, source)]


def refuse(name: str, imported: Import) -> str | None:
    """Why module `name` may not import this; None where it may."""
    top, library = name.split(".")[0], imported.module.split(".")[0]
    if library in GUARDED and top not in GUARDED[library]:
        return f"{top} imports {library}: only {' and '.join(GUARDED[library])} may"
    if not imported.is_lazy and any(
        importer in ("*", top) and (imported.module + ".").startswith(lazy + ".") for importer, lazy in LAZY
    ):
        return f"{imported.module} is imported outside a function"
    if library != PACKAGE or imported.module == PACKAGE:
        return None
    inner = imported.module.removeprefix(PACKAGE + ".")
    return None if may_import(top, inner) else f"{top} imports {inner}"


def may_import(top: str, inner: str) -> bool:
    """Whether the top package or module `top` may import module `inner` of the package."""
    target = inner.split(".")[0]
    if target == top:
        return True
    if top in ("code_version", "config", "contracts", "identity"):
        return False
    if top in NARROW:
        return target in NARROW[top]
    if any((inner + ".").startswith(shared + ".") for shared in (*SHARED, *WIDER.get(top, ()))):
        return True
    if top == "settings" or top not in COMPOSING:
        return False
    if target not in COMPOSING:
        return True
    if "bench" in (top, target):
        return (
            (top in ("commands", "cli"))
            if target == "bench"
            else target not in ("defs", "definitions", "commands", "cli")
        )
    # The local runner of defs loads the front door that Dagster loads.
    return COMPOSING.index(target) < COMPOSING.index(top) or (top, target) == ("defs", "definitions")


def list_imports(tree: ast.Module) -> Iterator[Import]:
    """Every import, also inside functions; `from a import b` counts as `a.b` where it names our own package."""
    lazy = _lazy_nodes(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, id(node) in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "."
            names = [f"{module}.{alias.name}" for alias in node.names] if _names_modules(module) else [module]
            yield from (Import(name, node.lineno, id(node) in lazy) for name in names)


def _names_modules(module: str) -> bool:
    return module in (PACKAGE, f"{PACKAGE}.sources")


def _lazy_nodes(tree: ast.Module) -> set[int]:
    """Ids of the nodes that importing the module does not run."""
    holders = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"))
    ]
    return {id(inner) for holder in holders for inner in ast.walk(holder)}


def _check_shape(tree: ast.Module, source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > MAX_LINES:
        yield f"{MAX_LINES}: {lines} lines, at most {MAX_LINES}"
    first = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
    if not first:
        yield "1: no module docstring"
    elif not first.endswith((".", "!", "?")):
        yield "1: the module docstring does not open with a sentence"
