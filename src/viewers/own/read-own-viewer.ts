import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type * as z from 'zod';
import { PortholeError } from '../../core/errors.ts';
import { singleLine } from '../../core/text.ts';
import type { PackagedViewer } from '../adapter.ts';
import { ownViewer } from './own-viewer.ts';
import { ownViewerSchema } from './schema.ts';

/** A file that describes a viewer, or why it does not. */
export type ReadViewer =
  | { readonly kind: 'viewer'; readonly viewer: PackagedViewer }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * Reads the text of such a file. What is wrong is told with its line and field; comments and a comma
 * too many are let pass.
 *
 * @param taken ids that belong to others
 */
export const readOwnViewer = (text: string, taken: readonly string[]): ReadViewer => {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const what = error === undefined ? 'it is empty' : wordsOf(printParseErrorCode(error.error));
    return problem(`line ${lineAt(text, error?.offset ?? 0)}: ${what}`);
  }
  // Made of the tree, so that what is checked is what was located.
  const parsed = ownViewerSchema.safeParse(plainOf(tree));
  const at = (path: readonly PropertyKey[]): string => {
    const known = path.filter((key) => typeof key !== 'symbol');
    for (let length = known.length; length >= 0; length--) {
      const node = findNodeAtLocation(tree, known.slice(0, length));
      if (node !== undefined) return `line ${lineAt(text, node.offset)}`;
    }
    return 'line 1';
  };
  if (!parsed.success) {
    const { path, message } = mostTelling(parsed.error);
    const field = fieldOf(path);
    return problem(`${at(path)}${field === '' ? '' : `, field ${field}`}: ${message}`);
  }
  const { id } = parsed.data;
  if (taken.includes(id)) return problem(`${at(['id'])}, field id: "${id}" is taken`);
  try {
    return { kind: 'viewer', viewer: ownViewer(parsed.data) };
  } catch (thrown) {
    if (!(thrown instanceof PortholeError)) throw thrown;
    return problem(`${at(['command'])}, field command: ${thrown.message} ${thrown.hint ?? ''}`);
  }
};

const problem = (text: string): ReadViewer => ({
  kind: 'problem',
  problem: singleLine(text.trim()),
});

type Tree = NonNullable<ReturnType<typeof parseTree>>;

/** Last of a field that is there twice, as JSON.parse; never the prototype of anything. */
const plainOf = (node: Tree): unknown => {
  const children = node.children ?? [];
  switch (node.type) {
    case 'array':
      return children.map(plainOf);
    case 'object':
      return Object.fromEntries(
        children.map(({ children: [key, value] = [] }) => [
          String(key?.value),
          value && plainOf(value),
        ]),
      );
    default:
      return node.value;
  }
};

interface Told {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first problem; of a field that may have several forms, that of the form which comes nearest. */
const mostTelling = ({ issues }: z.core.$ZodError): Told => {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: 'is not what it should be' };
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors
      .map((inner) => inner[0])
      .filter((one) => one !== undefined)
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined) {
      return { path: [...issue.path, ...deepest.path], message: deepest.message };
    }
  }
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...issue.path, key], message: 'there is no such field' };
  }
  return { path: issue.path, message: issue.message };
};

/** data[0].file */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  );

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** "CommaExpected" -> "comma expected" */
const wordsOf = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
