import { type ESTree, parseSync, Visitor } from 'vite';

/** One `from '...'`, `import('...')`, `require('...')` or pattern of `import.meta.glob`. */
export interface SourceImport {
  /** As written, with its query (`./agent.py?raw`). */
  readonly specifier: string;
  readonly brings: 'values' | 'types';
  readonly line: number;
}

/** A name that a file takes from its surroundings: `process.env`, `setTimeout`, `new Date()`. */
export interface SourceUse {
  readonly name: string;
  readonly line: number;
}

/** What the rules ask of one TypeScript file. */
export interface SourceFile {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly SourceImport[];
  readonly uses: readonly SourceUse[];
}

/** Reads a TypeScript file by Vite's own parser, so that comments and strings never count as code. */
export const readSource = (path: string, text: string): SourceFile => {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const lineAt = lineFinder(text);
  const imports: SourceImport[] = [];
  const uses: SourceUse[] = [];
  const notReferences = new Set<number>();

  const addImport = (node: ESTree.Span, specifier: string, brings: SourceImport['brings']) =>
    imports.push({ specifier, brings, line: lineAt(node) });
  const addUse = (node: ESTree.Span, name: string) => uses.push({ name, line: lineAt(node) });
  const skipKey = (node: { key: ESTree.Span; computed?: boolean; shorthand?: boolean }) => {
    if (node.computed !== true && node.shorthand !== true) notReferences.add(node.key.start);
  };

  new Visitor({
    ImportDeclaration: (node) => {
      addImport(node, node.source.value, node.importKind === 'type' ? 'types' : 'values');
      for (const one of node.specifiers) {
        notReferences.add(one.local.start);
        if (one.type === 'ImportSpecifier') notReferences.add(one.imported.start);
      }
    },
    ExportNamedDeclaration: (node) => {
      if (node.source === null) return;
      addImport(node, node.source.value, node.exportKind === 'type' ? 'types' : 'values');
      for (const one of node.specifiers) {
        notReferences.add(one.local.start).add(one.exported.start);
      }
    },
    ExportAllDeclaration: (node) => {
      addImport(node, node.source.value, node.exportKind === 'type' ? 'types' : 'values');
    },
    ImportExpression: (node) => {
      addImport(node, literalOf(node.source), 'values');
    },
    TSImportType: (node) => {
      addImport(node, node.source.value, 'types');
    },
    CallExpression: (node) => {
      for (const specifier of calledImports(node)) addImport(node, specifier, 'values');
    },
    NewExpression: (node) => {
      if (node.callee.type !== 'Identifier' || node.arguments.length > 0) return;
      addUse(node, `new ${node.callee.name}()`);
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'ObjectPattern' || init?.type !== 'Identifier') return;
      for (const property of id.properties) {
        const name = property.type === 'Property' ? nameOf(property.key) : '*';
        addUse(property, `${init.name}.${name}`);
      }
    },
    MemberExpression: (node) => {
      const { object, property } = node;
      if (!node.computed) notReferences.add(property.start);
      const holder = holderOf(object);
      if (holder === undefined || notReferences.has(node.start)) return;
      notReferences.add(object.start);
      addUse(node, holder === GLOBAL ? nameOf(property) : `${holder}.${nameOf(property)}`);
    },
    Property: skipKey,
    MethodDefinition: skipKey,
    PropertyDefinition: skipKey,
    TSPropertySignature: skipKey,
    TSMethodSignature: skipKey,
    Identifier: (node) => {
      if (!notReferences.has(node.start)) addUse(node, node.name);
    },
  }).visit(program);

  return { path, lines: text.split('\n').length - 1, imports, uses };
};

/** Nodes are visited in the order of the text, more or less: each search goes on from the last. */
const lineFinder = (text: string): ((node: ESTree.Span) => number) => {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  let line = 0;
  return ({ start }) => {
    while (line > 0 && (ends[line - 1] ?? 0) >= start) line -= 1;
    while ((ends[line] ?? Number.POSITIVE_INFINITY) < start) line += 1;
    return line + 1;
  };
};

/** `require('x')` and `import.meta.glob('x')` bring modules in as well. */
const calledImports = ({ callee, arguments: args }: ESTree.CallExpression): readonly string[] => {
  const isRequire = callee.type === 'Identifier' && callee.name === 'require';
  const isGlob =
    callee.type === 'MemberExpression' &&
    callee.object.type === 'MetaProperty' &&
    nameOf(callee.property) === 'glob';
  const [first] = args;
  if ((!isRequire && !isGlob) || first === undefined) return [];
  const patterns = first.type === 'ArrayExpression' ? first.elements : [first];
  return patterns.map((one) => (one === null ? UNREADABLE : literalOf(one)));
};

/** Stands for a specifier that is put together at run time; no rule lets it pass. */
export const UNREADABLE = '<computed>';

const literalOf = (node: ESTree.Node): string => {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const [only, ...rest] = node.type === 'TemplateLiteral' ? node.quasis : [];
  return rest.length === 0 ? (only?.value.cooked ?? UNREADABLE) : UNREADABLE;
};

const GLOBAL = 'globalThis';

/** `process` for both `process` and `globalThis.process`. */
const holderOf = (node: ESTree.Expression): string | undefined => {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || holderOf(node.object) !== GLOBAL) return undefined;
  return nameOf(node.property);
};

const nameOf = (node: ESTree.Node): string => {
  if (node.type === 'Identifier') return node.name;
  return literalOf(node);
};
