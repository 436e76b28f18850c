import { PortholeError } from '../../core/errors.ts';
import { resolvePaths } from '../../core/paths.ts';
import { singleLine } from '../../core/text.ts';
import type { PackagedViewer, ViewerAdapter } from '../../viewers/adapter.ts';
import { ownViewersIn } from '../../viewers/own/load-own-viewers.ts';
import { VIEWERS } from '../../viewers/registry.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { takeInOwnViewers } from '../own-viewers.ts';
import { type Column, renderTable } from '../table.ts';

/** `porthole viewers`. */
export const viewers: CommandRun<typeof CATALOGUE.viewers> = async (cli, { flags }) => {
  const { out, err, outStyle, errStyle, width } = cli.terminal;
  if (flags.schema) {
    const { ownViewerJsonSchema } = await import('../../viewers/own/schema.ts');
    return out(JSON.stringify(ownViewerJsonSchema(), undefined, 2));
  }
  const problems = await takeInOwnViewers(cli);
  const directory = ownViewersIn(resolvePaths(cli).config);
  if (flags.json) out(JSON.stringify({ viewers: VIEWERS.map(toJson), problems, directory }));
  else {
    out(renderTable(VIEWERS, COLUMNS, { width, title: outStyle.dim }));
    err(errStyle.dim(`A file for each of your own: ${directory}/NAME.json, see docs/viewers.md.`));
  }
  if (problems.length === 0) return;
  const [first, ...others] = problems.map(({ file, problem }) => `${singleLine(file)}: ${problem}`);
  throw new PortholeError({
    code: 'viewer-file',
    message: `${first}.`,
    hint: 'porthole viewers --schema prints what such a file may hold.',
    ...(others.length === 0 ? {} : { output: others.join('\n') }),
  });
};

const COLUMNS: readonly Column<ViewerAdapter>[] = [
  { title: 'Viewer', cell: ({ id }) => id, cut: 'never' },
  { title: 'Name', cell: ({ title }) => title, cut: 'end', most: 24 },
  { title: 'Needs', cell: needsOf, cut: 'end' },
  { title: 'Its data', cell: dataOf, cut: 'end' },
  {
    title: 'Can',
    cell: ({ capability }) =>
      ({ reads: 'read', 'may-write': 'write', 'executes-code': 'run code' })[capability],
    cut: 'never',
  },
  { title: 'Serves', cell: servesOf, cut: 'never', presence: 'optional' },
];

const isPackaged = (viewer: ViewerAdapter): viewer is PackagedViewer =>
  viewer.comes === 'in-environment';

/** "jupyterlab 4.0.0 or notebook 7.0.0" */
function needsOf(viewer: ViewerAdapter): string {
  if (!isPackaged(viewer)) return 'nothing';
  return viewer.distributions.length === 0
    ? 'any environment'
    : viewer.distributions
        .map(({ distribution, oldestVersion }) => `${distribution} ${oldestVersion}`)
        .join(' or ');
}

function dataOf({ id, data }: ViewerAdapter): string {
  if (id === 'runicorn' || id === 'builtin') return "Runicorn's runs";
  return [...new Set(data.map(({ name, kind }) => (kind === 'file' ? name : `${name}/`)))].join(
    ', ',
  );
}

function servesOf({ listens, token }: ViewerAdapter): string {
  if (listens === 'socket') return 'private socket';
  return token === undefined ? 'port' : 'port, with a token';
}

const toJson = (viewer: ViewerAdapter) => ({
  id: viewer.id,
  title: viewer.title,
  comes: viewer.comes,
  packages: isPackaged(viewer) ? viewer.distributions : [],
  data: viewer.data,
  capability: viewer.capability,
  notice: viewer.notice ?? null,
  takes: viewer.takes,
  listens: viewer.listens,
  token: viewer.token !== undefined,
});
