import { describe, expect, test } from 'vitest';
import { commandViewer } from '../../../src/viewers/command/command.ts';

const launch = (words: readonly string[], kind: 'conda' | 'venv' | 'system' | null = 'venv') =>
  commandViewer(words).launch({
    session: 's-1',
    python: '/e/bin/python',
    environment: kind && { name: 'e', kind, prefix: '/e', python: '/e/bin/python' },
    storage: '/data',
    access: 'read-only',
    secret: 'x',
  });

describe('a command of the user’s as viewer', () => {
  test('serves what it says: a socket or a port', () => {
    expect(commandViewer(['v', '--uds={socket}']).listens).toBe('socket');
    expect(commandViewer(['v', '-p', '{port}']).listens).toBe('port');
  });

  test('is its words, whatever is in them, in the chosen environment', () => {
    const words = ['v', '{port}', "a 'b' $(c) ; \n", '{python}', '{storage}'];
    expect(launch(words)).toMatchObject({
      argv: ['v', '{port}', "a 'b' $(c) ; \n", '/e/bin/python', '{storage}'],
      env: { VIRTUAL_ENV: '/e' },
      searchFirst: '/e/bin',
      cwd: '{storage}',
      endpoint: 'port',
    });
    expect(launch(words, 'conda').env).toEqual({ CONDA_PREFIX: '/e' });
    expect(launch(words, null)).toMatchObject({ env: {}, argv: words });
  });

  test('is called by its first words', () => {
    const titleOf = (...words: string[]) => commandViewer([...words, '{port}']).title;
    expect(titleOf('/usr/bin/python', '-m', 'http.server', '--x')).toBe('python -m http.server');
    expect(titleOf('my-viewer', '--port')).toBe('my-viewer');
    expect(titleOf('a\u001b[31m\n')).not.toContain('\u001b');
  });

  test.each([
    [['v'], /neither \{socket\} nor \{port\}/],
    [['v', '{socket}', '{port}'], /both \{socket\} and \{port\}/],
    [['v', '{sokcet}'], /no placeholder \{sokcet\}/],
    [['v', '--p={prot}'], /no placeholder \{prot\}/],
    [['v', '{port}', '{Storage}'], /no placeholder \{Storage\}/],
  ])('is refused as %j, with the reason', (words, message) => {
    expect(() => commandViewer(words)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  test('may have braces of its own', () => {
    expect(launch(['v', '{port}', '-c', 'print({1: 2}, {x})']).argv).toContain(
      'print({1: 2}, {x})',
    );
  });
});
