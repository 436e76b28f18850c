import { expect, test } from 'vitest';
import { stripPython } from '../../../src/remote/strip-python.ts';
import { archiveText, viewerModules } from '../../../src/viewers/builtin/archive.ts';
import { changedBy } from '../../remote/changed-programs.ts';

const MAX_ARCHIVE_BYTES = 40 * 1024;

const files = import.meta.glob<string>('../../../src/builtin/porthole_viewer/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

test('every module has its place in the package', () => {
  const names = Object.keys(viewerModules());
  expect(names).toHaveLength(Object.keys(files).length);
  expect(names).toContain('porthole_viewer/main.py');
  for (const name of names) expect(name).toMatch(/^porthole_viewer\/[\w/]+\.py$/);
});

test('the archive is 40 KB at most', () => {
  expect(Buffer.from(archiveText(), 'base64').length).toBeLessThanOrEqual(MAX_ARCHIVE_BYTES);
});

test('its modules are the same programs as the files, by the judgement of Python itself', async () => {
  expect(await changedBy(stripPython, files)).toEqual([]);
});
