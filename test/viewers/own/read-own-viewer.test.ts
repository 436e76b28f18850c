import { describe, expect, test } from 'vitest';
import { readOwnViewer } from '../../../src/viewers/own/read-own-viewer.ts';
import { ownViewerJsonSchema } from '../../../src/viewers/own/schema.ts';

const NETRON = {
  id: 'netron',
  title: 'Netron',
  packages: [{ name: 'netron', oldest: '7.0' }],
  data: [{ file: '*.onnx' }, { directory: 'saved_model' }],
  command: ['netron', '{storage}', '--host', '127.0.0.1', '--port', '{port}'],
  can: 'read',
};

const read = (value: unknown, taken: readonly string[] = []) =>
  readOwnViewer(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2), taken);

const problemOf = (value: unknown, taken?: readonly string[]) => {
  const found = read(value, taken);
  return found.kind === 'problem' ? found.problem : undefined;
};

describe('a file that describes a viewer', () => {
  test('gives an adapter like any other', () => {
    const found = read(NETRON);
    if (found.kind !== 'viewer') throw new Error(found.problem);
    expect(found.viewer).toMatchObject({
      comes: 'in-environment',
      id: 'netron',
      distributions: [{ distribution: 'netron', oldestVersion: '7.0' }],
      data: [
        { kind: 'file', name: '*.onnx' },
        { kind: 'directory', name: 'saved_model' },
      ],
      capability: 'reads',
      notice: undefined,
      listens: 'port',
      healthPath: '/',
      healthyWhen: 'any-answer',
    });
  });

  test('hands a token over by the environment, and to every request', () => {
    const found = read({
      ...NETRON,
      can: 'run-code',
      env: { NETRON_TOKEN: 'x{token}' },
      token: { header: 'Authorization', value: 'Bearer {token}' },
      health: { path: '/ok' },
    });
    if (found.kind !== 'viewer') throw new Error(found.problem);
    const { viewer } = found;
    const environment = { name: 'e', kind: 'venv', prefix: '/e', python: '/e/bin/python' } as const;
    const input = { session: 's', python: '/e/bin/python', environment, storage: '/d' };
    const spec = viewer.launch({ ...input, access: 'read-only', secret: '$&secret' });
    expect(spec).toMatchObject({
      argv: NETRON.command,
      env: { NETRON_TOKEN: 'x$&secret' },
      searchFirst: '/e/bin',
      endpoint: 'port',
      healthPath: '/ok',
      healthyWhen: 'ok',
    });
    expect(viewer.token?.value('$&secret')).toBe('Bearer $&secret');
    expect(viewer.notice).toContain('runs code');
  });

  test('may hold comments and a comma too many', () => {
    expect(
      read('// mine\n{"id":"a","title":"A",/* x */"command":["a","{socket}"],"can":"read",}'),
    ).toMatchObject({ kind: 'viewer', viewer: { listens: 'socket' } });
  });

  const text = (changes: object) => JSON.stringify({ ...NETRON, ...changes }, undefined, 2);
  test.each([
    ['nothing', '', /^line 1: /],
    ['no JSON', '{\n  "id": "a"\n  "title": "b"\n}', /^line 3: comma expected/],
    ['no object', '[]', /^line 1: /],
    ['a field missing', '{\n"id": "a",\n"can": "read"}', /^line 1, field title: /],
    [
      'a field that there is not',
      text({ comand: [] }),
      /^line \d+, field comand: there is no such/,
    ],
    ['a bad id', text({ id: 'A b' }), /^line 2, field id: must be 1 to 40/],
    [
      'a path for a name',
      text({ data: [{ file: 'a/b' }] }),
      /^line \d+, field data\[0\]\.file: is a na/,
    ],
    ['an odd right', text({ can: 'all' }), /^line \d+, field can: /],
    [
      'an odd version',
      text({ packages: [{ name: 'a', oldest: '>1' }] }),
      /packages\[0\]\.oldest: must be a v/,
    ],
    ['neither socket nor port', text({ command: ['a'] }), /^line \d+, field command: .*neither/],
    [
      'a placeholder typo',
      text({ command: ['a', '{prot}'] }),
      /field command: .*\{prot\}.*Did you mean \{port\}/,
    ],
    [
      'a token in its words',
      text({ command: ['a', '{port}', '{token}'] }),
      /field command: .*every account/,
    ],
    ['a title of several lines', text({ title: 'a\nb' }), /^line 3, field title: must be one line/],
  ])('with %s is refused, and line and field are named', (_, value, problem) => {
    expect(problemOf(value)).toMatch(problem);
  });

  test('cannot take the id of another', () => {
    expect(problemOf(NETRON, ['netron'])).toMatch(/^line 2, field id: "netron" is taken/);
  });

  test('touches no prototype', () => {
    expect(problemOf('{"__proto__": {"id": "x"}}')).toMatch(/^line 1/);
    expect(({} as { id?: string }).id).toBeUndefined();
  });
});

test('the schema for editors is told by the command', () => {
  expect(ownViewerJsonSchema()).toMatchObject({
    type: 'object',
    required: expect.arrayContaining(['id', 'title', 'command', 'can']),
  });
});
