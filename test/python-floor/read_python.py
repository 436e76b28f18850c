"""Tells of each Python file what vermin does not: a line of JSON for every path of argv."""
import ast
import json
import sys

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read_python(path):
    with open(path, "rb") as file:
        tree = ast.parse(file.read(), path)
    nodes = list(ast.walk(tree))
    return {
        "path": path,
        "annotations": "text" if has_future_annotations(tree) else "evaluated",
        # `int | None` fails in 3.8 when it is evaluated.
        "unionLines": [node.lineno for one in annotations(nodes) for node in unions(one)],
        "imports": sorted(set(imported(nodes))),
    }


def has_future_annotations(tree):
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


def annotations(nodes):
    for node in nodes:
        found = node.returns if isinstance(node, FUNCTIONS) else getattr(node, "annotation", None)
        if found is not None:
            yield found


def unions(annotation):
    for node in ast.walk(annotation):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            yield node


def imported(nodes):
    """Top names of what is imported from elsewhere."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


for path in sys.argv[1:]:
    print(json.dumps(read_python(path)))
