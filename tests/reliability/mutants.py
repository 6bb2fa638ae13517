"""Planted mistakes: one comparison, operator, number or truth value of ``transforms`` changed at a time.

Own and small rather than mutmut, whose run over this code would take a night: a sample says how much the tests see. ``planting`` runs
the tests of its room over each. A site of -1 changes nothing. Tuned values at the top of a module are left alone: the benchmarks say
whether they are right.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("raw", "cleaned", "articles", "deduplicated", "words", "extracted")
_SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


class Mutator(ast.NodeTransformer):
    """Changes what is at the ``site``-th place inside functions that can be changed, and counts the places."""

    def __init__(self, site: int) -> None:
        self.site = site
        self.count = 0
        self.told = ""
        self.place = (0, 0)
        self._depth = 0

    def _is_here(self, node: ast.AST) -> bool:
        self.count += self._depth > 0
        is_here = self._depth > 0 and self.count == self.site + 1
        if is_here:
            self.told = f"line {node.lineno}: {ast.unparse(node)[:100]}"
            self.place = (node.lineno, node.col_offset)
        return is_here

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._depth += 1
        node.args.defaults = [self.visit(one) for one in node.args.defaults]
        is_documented = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
        node.body = node.body[:is_documented] + [self.visit(one) for one in node.body[is_documented:]]
        self._depth -= 1
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.value = node.value and self.visit(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        is_here = self._is_here(node)
        self.generic_visit(node)
        if is_here:
            node.ops[0] = _SWAPS[type(node.ops[0])]()
        return node

    def _operator(self, node: ast.BinOp | ast.BoolOp | ast.AugAssign) -> ast.AST:
        is_here = type(node.op) in _SWAPS and self._is_here(node)
        self.generic_visit(node)
        if is_here:
            node.op = _SWAPS[type(node.op)]()
        return node

    visit_BinOp = visit_BoolOp = visit_AugAssign = _operator

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        is_here = isinstance(node.op, (ast.Not, ast.Invert)) and self._is_here(node)
        self.generic_visit(node)
        return node.operand if is_here else node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        # That two lists are of one length is asked of what cannot be otherwise.
        return node if node.arg == "strict" else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            return ast.copy_location(ast.Constant(not node.value), node) if self._is_here(node) else node
        if isinstance(node.value, int):
            return ast.copy_location(ast.Constant(node.value + 1), node) if self._is_here(node) else node
        return node


def path_of(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def mutated(module: str, site: int) -> tuple[ast.Module, Mutator]:
    """Return the code of ``module`` with its ``site``-th place changed."""
    mutator = Mutator(site)
    tree = mutator.visit(ast.parse(path_of(module).read_text(encoding="utf-8")))
    return ast.fix_missing_locations(tree), mutator


def every_site() -> list[tuple[str, int]]:
    """Return all places of ``transforms`` that can be changed: module and number."""
    sites = []
    for room in ROOMS:
        for path in sorted((ROOT / "transforms" / room).glob("*.py")):
            module = f"transforms.{room}.{path.stem}"
            if path.stem != "__init__":
                sites += [(module, site) for site in range(mutated(module, -1)[1].count)]
    return sites


def tests_of(module: str) -> str:
    """Return where the tests are that are to notice a mistake in ``module``: those of its room, or its own."""
    _, room, *rest = module.split(".")
    return f"tests/{room}/" if rest else f"tests/test_{room}.py"
