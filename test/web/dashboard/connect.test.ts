import { describe, expect, test } from 'vitest';
import { describeRoute } from '../../../src/web/dashboard/connect/describe-route.ts';
import {
  type ConnectDraft,
  draftOf,
  EMPTY_DRAFT,
  readDraft,
} from '../../../src/web/dashboard/connect/draft.ts';
import { suggestHosts } from '../../../src/web/dashboard/connect/suggest.ts';
import { portProblem, secondsProblem } from '../../../src/web/dashboard/settings/read-settings.ts';
import { comboboxKeyAction } from '../../../src/web/kit/combobox-keys.ts';
import { ago, sampleHost, sampleRoute } from './sample-state.ts';

const typed = (change: Partial<typeof EMPTY_DRAFT>) => readDraft({ ...EMPTY_DRAFT, ...change });

describe('what is typed into the Connect form', () => {
  test.each([
    ['an alias', 'gpu-server', { host: 'gpu-server', port: null }],
    ['a user and a host', ' anna@gpu ', { host: 'anna@gpu', port: null }],
    ['a host with its port', 'gpu:2222', { host: 'gpu', port: 2_222 }],
    ['an IPv6 address', 'fe80::1', { host: 'fe80::1', port: null }],
  ])('is read as %s', (_, host, target) => {
    expect(typed({ host })).toMatchObject({ kind: 'target', target });
  });

  test.each([
    ['nothing', '', /Where to/],
    ['a leading -', '-oProxyCommand=id', /begin with "-"/],
    ['a - for a host', 'anna@-x', /begin with "-"/],
    ['a space', 'gpu server', /no spaces/],
    ['a control character', 'gpu\u0007', /control characters/],
    ['10,000 characters', 'a'.repeat(10_000), /at most 255 characters; this has 10000/],
    ['port 0', 'gpu:0', /1 to 65535/],
    ['port 70000', 'gpu:70000', /1 to 65535/],
  ])('is refused with %s', (_, host, message) => {
    expect(typed({ host })).toEqual({
      ...{ kind: 'problem', field: 'host', message: expect.stringMatching(message) },
    });
  });

  test.each(['0', '70000', 'abc', '-1', '2.5'])('is refused with the port %s', (port) => {
    expect(typed({ host: 'gpu', port, details: 'shown' })).toMatchObject({ field: 'port' });
  });

  test('asks for a key where one is to be used, and leaves folded fields aside', () => {
    const key = { host: 'gpu', auth: 'key', keyPath: '' } as const;
    expect(typed({ ...key, details: 'shown' })).toMatchObject({ field: 'keyPath' });
    expect(typed({ ...key, port: '9', user: 'bob' })).toMatchObject({
      target: { port: null, user: null, auth: { kind: 'config' } },
    });
  });

  test('comes back as it was typed from the target of a failed opening', () => {
    const draft: ConnectDraft = {
      host: 'gpu',
      port: '2222',
      user: 'anna',
      auth: 'key',
      keyPath: '~/.ssh/lab',
      details: 'shown',
    };
    const read = typed(draft);
    expect(read.kind === 'target' && draftOf(read.target)).toEqual(draft);
  });
});

describe('the hosts offered', () => {
  const hosts = [
    sampleHost('lab', { saved: ['Vision'] }),
    sampleHost('old-gpu', { lastUsedAt: ago(60), alias: null }),
    sampleHost('gpu-1'),
    sampleHost('gpu-2'),
  ];
  const names = (text: string) =>
    suggestHosts(hosts, text, () => undefined).suggestions.map(({ value }) => value);

  test('are all of them in the order of the hub while nothing is typed', () => {
    expect(names('')).toEqual(['lab', 'old-gpu', 'gpu-1', 'gpu-2']);
  });

  test('begin with the text first, and are found by the name they are saved under', () => {
    expect(names('gpu')).toEqual(['gpu-1', 'gpu-2', 'old-gpu']);
    expect(names('vision')).toEqual(['lab']);
  });

  test('say where ssh goes, once it is known', () => {
    const route = { ...sampleRoute({ port: 2_222, jumpHosts: ['hop'] }), host: 'lab' };
    const found = suggestHosts(hosts, 'lab ', (host) =>
      host === 'lab' ? { ...route, identityFiles: [] } : undefined,
    );
    // Typed as a whole: nothing is left to complete.
    expect(found.suggestions).toEqual([]);
    expect(describeRoute(route)).toBe('anna@10.20.0.11:2222 via hop');
    expect(describeRoute(sampleRoute({ hostname: 'fe80::1' }))).toBe('anna@[fe80::1]');
  });

  test('are as many as can be looked through, and the rest is counted', () => {
    const many = Array.from({ length: 500 }, (_, i) => sampleHost(`node-${i}`));
    const { suggestions, note } = suggestHosts(many, 'node', () => undefined);
    expect(suggestions).toHaveLength(40);
    expect(note).toBe('460 more hosts: type on to find them.');
  });
});

describe('a key in a field with a list', () => {
  const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false });
  const list = { at: -1, count: 3, isOpen: true };

  test('goes through the list and round', () => {
    expect(comboboxKeyAction(key('ArrowDown'), list)).toEqual({ kind: 'move', to: 0 });
    expect(comboboxKeyAction(key('ArrowDown'), { ...list, at: 2 })).toEqual({
      ...{ kind: 'move', to: 0 },
    });
    expect(comboboxKeyAction(key('ArrowUp'), list)).toEqual({ kind: 'move', to: 2 });
    expect(comboboxKeyAction(key('ArrowUp'), { ...list, at: 0 })).toEqual({ kind: 'move', to: -1 });
  });

  test('chooses what is marked, and otherwise sends what is typed', () => {
    expect(comboboxKeyAction(key('Enter'), { ...list, at: 1 })).toEqual({ kind: 'choose' });
    expect(comboboxKeyAction(key('Enter'), list)).toEqual({ kind: 'submit' });
    expect(comboboxKeyAction(key('Tab'), { ...list, at: 1 })).toEqual({ kind: 'leave' });
    expect(comboboxKeyAction(key('Tab'), list)).toBeUndefined();
  });

  test('closes the list, and is left alone once it is closed', () => {
    expect(comboboxKeyAction(key('Escape'), list)).toEqual({ kind: 'close' });
    expect(comboboxKeyAction(key('Escape'), { ...list, isOpen: false })).toBeUndefined();
    expect(comboboxKeyAction({ ...key('ArrowDown'), altKey: true }, list)).toBeUndefined();
  });
});

test.each(['', '80', '70000', 'abc', '1e4', '-1'])('a setting refuses the port "%s"', (text) => {
  expect(portProblem(text)).not.toBeNull();
});

test('settings take a port and a grace time within their bounds', () => {
  expect([portProblem('1024'), portProblem('65535'), secondsProblem('2')]).toEqual([
    ...[null, null, null],
  ]);
  expect([secondsProblem('1'), secondsProblem('2.5')]).not.toContain(null);
});
