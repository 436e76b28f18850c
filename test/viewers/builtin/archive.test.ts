import { archive } from 'virtual:packed-viewer';
import { expect, test } from 'vitest';
import {
  shrinkPython,
  viewerModules,
  viewerSources,
} from '../../../scripts/pack-viewer/pack-viewer.ts';
import { changedBy } from '../../remote/changed-programs.ts';

const MAX_ARCHIVE_BYTES = 40 * 1024;

test('every module has its place in the package', () => {
  const names = Object.keys(viewerModules());
  expect(names).toHaveLength(Object.keys(viewerSources()).length);
  expect(names).toContain('porthole_viewer/main.py');
  for (const name of names) expect(name).toMatch(/^porthole_viewer\/[\w/]+\.py$/);
});

test('the archive is 40 KB at most', () => {
  expect(Buffer.from(archive, 'base64').length).toBeLessThanOrEqual(MAX_ARCHIVE_BYTES);
});

test('a bracket, an operator and a text in quotes come out as they should', () => {
  const source = 'x = f(\n    a,\n    "a = (b",\n    b\n    if c\n    else -d,\n)\ny = 1\n';
  expect(shrinkPython(source)).toBe('x=f(a,"a = (b",b if c else-d,)\ny=1\n');
});

test('its modules are the same programs as the files, by the judgement of Python itself', async () => {
  expect(await changedBy(shrinkPython, viewerSources())).toEqual([]);
});
