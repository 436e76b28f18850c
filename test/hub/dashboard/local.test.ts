import { describe, expect, test } from 'vitest';
import type { Auth, Target } from '../../../src/hub/api/contract.ts';
import { mergeHosts } from '../../../src/hub/dashboard/local/hosts.ts';
import { targetOfKey } from '../../../src/hub/dashboard/local/target-of-key.ts';
import { toSshTarget } from '../../../src/hub/dashboard/ssh-target.ts';
import { targetKey } from '../../../src/ssh/target.ts';

const HOME = '/home/ada';
const target = (auth: Auth, change: object = {}): Target => ({
  ...{ kind: 'ssh', host: 'gpu', port: null, user: null, ...change },
  auth,
});

describe('the fields of the wizard', () => {
  test('come to options of ssh, and to none where the config decides', () => {
    expect(toSshTarget(target({ kind: 'config' }), HOME)).toEqual({ host: 'gpu' });
    expect(toSshTarget(target({ kind: 'config' }, { port: 22, user: 'ada' }), HOME)).toEqual({
      ...{ host: 'gpu', port: 22, user: 'ada' },
    });
    expect(toSshTarget(target({ kind: 'key', path: '~/.ssh/id' }), HOME)).toEqual({
      ...{ host: 'gpu', identityFiles: ['/home/ada/.ssh/id'] },
      options: ['IdentitiesOnly=yes', 'PubkeyAuthentication=yes'],
    });
    expect(toSshTarget(target({ kind: 'password' }), HOME).options).toContain(
      'PreferredAuthentications=keyboard-interactive,password',
    );
    expect(toSshTarget({ kind: 'here' }, HOME)).toEqual({ host: 'this machine' });
  });

  test.each<Auth>([
    { kind: 'config' },
    { kind: 'key', path: '/keys/id' },
    { kind: 'password' },
    { kind: 'agent' },
  ])('are found again in what is remembered of a host: $kind', (auth) => {
    const given = target(auth, { port: 2222, user: 'ada' });
    const key = targetKey(toSshTarget(given, HOME));
    expect(targetOfKey(key)).toEqual({ host: 'gpu', target: given });
  });

  test('are not made up for a host that was opened with other options', () => {
    for (const options of [
      ['-F', '/x'],
      ['-o', 'ProxyJump=a'],
      ['-i', '/a', '-i', '/b'],
      ['-i', '/a'],
    ]) {
      expect(targetOfKey(JSON.stringify(['gpu', ...options]))).toEqual({
        host: 'gpu',
        target: null,
      });
    }
    expect(targetOfKey('[not json')).toEqual({ host: '', target: expect.anything() });
  });
});

test('hosts are listed once each: saved ones, then those used last, then the config in its order', () => {
  const saved = (host: string, id: string) => ({
    ...{ saved: id, name: id, target: target({ kind: 'password' }, { host }), viewer: null },
    ...{ environment: null, storage: null, access: 'read-only' as const },
    ...{ createdAt: '', lastOpenedAt: null },
  });
  const hosts = mergeHosts({
    aliases: ['a', 'b', 'c'].map((alias, index) => ({ alias, file: '/c', line: index + 1 })),
    recent: [
      { key: 'b', lastUsedAt: 2000 },
      { key: 'this machine', lastUsedAt: 1500 },
      { key: JSON.stringify(['b', '-p', '22']), lastUsedAt: 1000 },
    ],
    saved: [saved('c', 'k-1'), saved('x', 'k-2'), saved('c', 'k-3')],
  });
  expect(hosts.map(({ host }) => host)).toEqual(['c', 'x', 'b', 'a']);
  expect(hosts[0]).toMatchObject({ saved: ['k-1', 'k-3'], alias: { line: 3 }, lastUsedAt: null });
  expect(hosts[2]).toMatchObject({ lastUsedAt: '1970-01-01T00:00:02.000Z', alias: { line: 2 } });
});
