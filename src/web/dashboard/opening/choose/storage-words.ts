import type { CheckedPath, Question } from '../../../../hub/api/contract.ts';
import { counted } from '../../../kit/format.ts';

type Root = Question['storageRoots'][number];

const SOURCES: Readonly<Record<Root['source'], string>> = {
  asked: 'asked for',
  RUNICORN_DIR: 'RUNICORN_DIR',
  'runicorn-config': 'Runicorn’s settings',
  default: 'the default',
  training: 'beside a running training',
};

const countRuns = ({ runs, runsCapped }: Pick<Root, 'runs' | 'runsCapped'>): string =>
  runsCapped ? `more than ${counted(runs, 'run')}` : runs === 0 ? 'no runs' : counted(runs, 'run');

/** What a storage root holds, and why it is offered. */
export const describeRoot = (root: Root, viewers: Question['viewers']): string => {
  const titles = root.data.map((id) => viewers.find((viewer) => viewer.id === id)?.title ?? id);
  const holds =
    root.runs === 0 && titles.length > 0 ? `data of ${titles.join(', ')}` : countRuns(root);
  return `${holds} · ${SOURCES[root.source]}`;
};

/** What the server says of a path that was typed. */
export const describeChecked = (
  checked: CheckedPath,
): { readonly tone: 'calm' | 'bad'; readonly text: string } => {
  const { path, kind, readable, runs, nearestParent } = checked;
  if (kind === 'missing') {
    const near = nearestParent === null ? '' : ` What exists is ${nearestParent}.`;
    return { tone: 'bad', text: `There is no ${path} on the server.${near}` };
  }
  if (kind !== 'directory') return { tone: 'bad', text: `${path} is not a directory.` };
  if (!readable) return { tone: 'bad', text: `You may not read ${path} on the server.` };
  return {
    tone: 'calm',
    text:
      runs === 0
        ? 'No runs in it yet; the viewer shows them as they come.'
        : `${countRuns(checked)} found`,
  };
};
