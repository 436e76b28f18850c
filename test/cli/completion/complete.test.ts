import { describe, expect, test } from 'vitest';
import { type Candidate, complete, type Lookup } from '../../../src/cli/completion/complete.ts';

const named = (value: string): Candidate => ({ value, description: '' });

const lookup: Lookup = async (what, { subject, configFile }) => {
  switch (what) {
    case 'host':
      return ['gpu', `from ${configFile ?? 'default'}`].map(named);
    case 'environment':
      return [`env of ${subject ?? 'all'}`].map(named);
    default:
      return [named(`a ${what}`)];
  }
};

/** The values that may follow: the last word is the one at the cursor. */
const offered = async (...words: string[]): Promise<readonly string[] | 'files'> => {
  const found = await complete(words.slice(0, -1), words.at(-1) ?? '', lookup);
  return found.kind === 'files' ? 'files' : found.candidates.map(({ value }) => value);
};

describe('completion', () => {
  test('begins with commands and hosts', async () => {
    const first = await offered('');
    expect(first).toEqual(expect.arrayContaining(['open', 'stop', 'completion', 'gpu']));
  });

  test('takes a first word that is no command for a host to open', async () => {
    expect(await offered('gpu', '--')).toEqual(expect.arrayContaining(['--detach', '--env']));
    expect(await offered('gpu', '--env', '')).toEqual(['env of gpu']);
    expect(await offered('open', 'gpu', '--env', '')).toEqual(['env of gpu']);
  });

  test('offers every environment known while no host is named', async () => {
    expect(await offered('open', '--env', '')).toEqual(['env of all']);
  });

  test('sees through values glued to their options', async () => {
    expect(await offered('open', '-p22', 'gpu', '--env=x')).toEqual(['--env=env of gpu']);
    expect(await offered('open', '-F/my/config', '')).toContain('from /my/config');
    expect(await offered('open', '--config=/my/config', '')).toContain('from /my/config');
    expect(await offered('open', '-F', '/my/config', '')).toContain('from /my/config');
  });

  test('leaves files to the shell', async () => {
    expect(await offered('open', '-F', '')).toBe('files');
    expect(await offered('open', 'gpu', '-i', 'ke')).toBe('files');
  });

  test('offers nothing for a value that nobody can know', async () => {
    expect(await offered('open', '--port', '')).toEqual([]);
    expect(await offered('open', 'gpu', '--', '')).toEqual([]);
  });

  test('offers an option once, but for those that may be repeated', async () => {
    const flags = await offered('open', 'gpu', '--pick', '-i', 'key', '--');
    expect(flags).not.toContain('--pick');
    expect(flags).toContain('--identity');
  });

  test('goes on with options when all words are there', async () => {
    expect(await offered('stop', 'gpu', '')).toEqual(['--all', '--json', '--help']);
  });

  test('offers each command what it takes', async () => {
    for (const command of ['stop', 'logs', 'url', 'retry']) {
      expect(await offered(command, '')).toEqual(['a session']);
    }
    expect(await offered('completion', '')).toEqual(['a shell']);
    expect(await offered('gpu', '--viewer', '')).toEqual(['a viewer']);
    expect(await offered('gpu', '--storage', '')).toEqual(['a storage']);
  });

  test('leaves out what is no single word on a terminal', async () => {
    const bad = ['a\nb', 'a\tb', '\u001b[31m', '', 'x'.repeat(400), 'right\u202eleft'];
    const found = await complete(['stop'], '', async () => [...bad, 'fine', 'fine'].map(named));
    expect(found).toEqual({ kind: 'words', candidates: [named('fine')] });
  });
});
