import { compareNaturally } from '../../kit/natural-order.ts';
import type { TreeLine } from '../../kit/tree.tsx';

/** A path and all below it. */
interface PathNode {
  readonly key: string;
  readonly label: string;
  /** Runs at it and below. */
  runs: number;
  readonly children: Map<string, PathNode>;
}

/** The paths of runs as lines of a tree: those inside closed ones are left out. '' is the top. */
export const pathLines = (
  paths: Iterable<string>,
  one: {
    readonly title: string;
    readonly isOpen: (key: string, depth: number) => boolean;
    readonly detail: (key: string, runs: number) => Pick<TreeLine, 'detail' | 'share'>;
  },
): readonly TreeLine[] => {
  const lines: TreeLine[] = [];
  const walk = (node: PathNode, depth: number): void => {
    // What has one child and no runs of its own is shown in one line with it.
    const { node: shown, label } = node.key === '' ? { node, label: one.title } : joined(node);
    const isParent = shown.children.size > 0;
    const isOpen = isParent ? depth === 0 || one.isOpen(shown.key, depth) : null;
    lines.push({
      ...{ key: shown.key, label, depth, isOpen },
      ...one.detail(shown.key, shown.runs),
    });
    if (isOpen !== true) return;
    const children = [...shown.children.values()];
    children.sort((a, b) => compareNaturally(a.label, b.label));
    for (const child of children) walk(child, depth + 1);
  };
  walk(treeOf(paths), 0);
  return lines;
};

const treeOf = (paths: Iterable<string>): PathNode => {
  const root: PathNode = { key: '', label: '', runs: 0, children: new Map() };
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  for (const [path, count] of counts) {
    root.runs += count;
    let node = root;
    for (const label of path === '' ? [] : path.split('/')) {
      const key = node.key === '' ? label : `${node.key}/${label}`;
      const child = node.children.get(label) ?? { key, label, runs: 0, children: new Map() };
      node.children.set(label, child);
      child.runs += count;
      node = child;
    }
  }
  return root;
};

const joined = (node: PathNode): { node: PathNode; label: string } => {
  let shown = node;
  let label = node.label;
  for (;;) {
    const [only, ...others] = shown.children.values();
    if (only === undefined || others.length > 0 || only.runs !== shown.runs) break;
    shown = only;
    label += `/${only.label}`;
  }
  return { node: shown, label };
};
