"""What several columns of a query need is worked out once, in columns of its own.

Engines find common parts only outside of AND, OR and CASE, which is what calibers are made of.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

_OVER_ROWS = (ops.Reduction, ops.Analytic, ops.WindowFunction)


@contextmanager
def kept_apart() -> Iterator[None]:
    """Queries are written with their projections; else Ibis writes the parts out again where they are read."""
    options = ibis.options.sql
    before, options.fuse_selects = options.fuse_selects, False
    try:
        yield
    finally:
        options.fuse_selects = before


def with_shared(table: ir.Table, values: Mapping[str, ir.Value]) -> tuple[ir.Table, dict[str, ir.Value]]:
    """`table` with a column for each part that occurs more than once in `values`, and these in terms of it.

    Each projection reads the one beneath it and passes on what is read above it.
    """
    roots = [value.op() for value in values.values()]
    levels = _levels(roots)
    names: dict[ops.Node, str] = {}
    known: dict[ops.Node, ops.Node] = {}
    for place, parts in enumerate(levels):
        later = [part for level in levels[place + 1 :] for part in level]
        above = _read_by([*later, *roots], {*names, *parts})
        columns = {f"p{place}_{number}": _in_terms_of(known, part) for number, part in enumerate(parts)}
        passed = {_name(node, names): _in_terms_of(known, node) for node in above if node not in parts}
        table = table.select(**passed, **columns)
        names.update(zip(parts, columns, strict=True))
        known = {node: table[_name(node, names)].op() for node in above}
    return table, {name: _in_terms_of(known, root) for name, root in zip(values, roots, strict=True)}


def _name(node: ops.Node, names: Mapping[ops.Node, str]) -> str:
    return str(node.name) if isinstance(node, ops.Field) else names[node]


def _in_terms_of(known: dict[ops.Node, ops.Node], node: ops.Node) -> ir.Value:
    expression: ir.Value = _rewritten(known, node).to_expr()
    return expression


def _rewritten(known: dict[ops.Node, ops.Node], node: Any) -> Any:
    """`known` learns what was rewritten; Ibis's own replacing would go down to the columns each time."""
    if isinstance(node, tuple):
        return tuple(_rewritten(known, part) for part in node)
    if not isinstance(node, ops.Value) or isinstance(node, (ops.Field, ops.Literal)):
        return known.get(node, node) if isinstance(node, ops.Field) else node
    if node not in known:
        parts = [_rewritten(known, part) for part in node.__args__]
        same = all(one is other for one, other in zip(parts, node.__args__, strict=True))
        known[node] = node if same else node.__recreate__(dict(zip(node.__argnames__, parts, strict=True)))
    return known[node]


def _read_by(nodes: Sequence[ops.Node], named: set[ops.Node]) -> list[ops.Node]:
    """Columns of the table and named parts that they are made of."""
    found: dict[ops.Node, None] = {}
    seen: set[ops.Node] = set()
    ahead = list(nodes)
    while ahead:
        node = ahead.pop()
        if isinstance(node, ops.Field) or node in named:
            found[node] = None
        elif node not in seen:
            seen.add(node)
            ahead += _parts(node)
    return list(found)


def _levels(roots: Sequence[ops.Node]) -> list[list[ops.Node]]:
    """Parts used more than once, those that need none of the others first."""
    parts: dict[ops.Node, list[ops.Node]] = {}
    uses: Counter[ops.Node] = Counter()
    ahead = list(roots)
    while ahead:
        node = ahead.pop()
        if node not in parts:
            parts[node] = _parts(node)
            uses.update(parts[node])
            ahead += parts[node]
    heights: dict[ops.Node, int] = {}

    def height(node: ops.Node) -> int:
        """How many shared parts stand above one another in it."""
        if node not in heights:
            below = max((height(part) for part in parts[node]), default=0)
            heights[node] = below + (uses[node] > 1 and _is_worked_out(node))
        return heights[node]

    found: dict[int, list[ops.Node]] = {}
    for node in parts:
        if uses[node] > 1 and _is_worked_out(node):
            found.setdefault(height(node), []).append(node)
    return [found[level] for level in sorted(found)]


def _parts(node: ops.Node) -> list[ops.Node]:
    return [child for child in node.__children__ if isinstance(child, ops.Value)]


def _is_worked_out(node: ops.Node) -> bool:
    """Of each row, and not just read or written down."""
    if isinstance(node, (ops.Field, ops.Literal)) or not node.shape.is_columnar():
        return False
    return not node.find(_OVER_ROWS, filter=ops.Value)
