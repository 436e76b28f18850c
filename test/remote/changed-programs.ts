import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Compares two programs read from stdin by their syntax trees, doc strings aside. */
const COMPARE = `
import ast, json, sys

def bare(source):
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            body[:1] = [] if len(body) > 1 or isinstance(node, ast.Module) else [ast.Pass()]
    return ast.dump(tree)

for name, (whole, stripped) in json.load(sys.stdin).items():
    if bare(whole) != ast.dump(ast.parse(stripped)):
        print(name)
`;

/** Names of the Python sources that `strip` makes other programs of. */
export const changedBy = async (
  strip: (source: string) => string,
  sources: Record<string, string>,
) => {
  const pairs = Object.entries(sources).map(([name, text]) => [name, [text, strip(text)]]);
  const comparison = run('python3', ['-c', COMPARE]);
  comparison.child.stdin?.end(JSON.stringify(Object.fromEntries(pairs)));
  return (await comparison).stdout.split('\n').filter((name) => name !== '');
};
