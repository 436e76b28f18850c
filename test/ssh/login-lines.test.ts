import { expect, test } from 'vitest';
import { NO_SIGNS, readLoginLine } from '../../src/ssh/login-lines.ts';

const read = (text: string) => text.split('\n').reduce(readLoginLine, NO_SIGNS);

test('a login is read from what OpenSSH 9.2 prints', () => {
  expect(
    read(`debug1: Connecting to gpu [10.0.0.1] port 22.
debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2
debug1: Server host key: ssh-ed25519 SHA256:abc
debug1: Host 'gpu' is known and matches the ED25519 host key.
debug1: Found key in /home/ada/.ssh/known_hosts:12
debug1: Authentications that can continue: publickey,password
debug1: Next authentication method: publickey
debug1: Offering public key: /home/ada/.ssh/id_rsa RSA SHA256:def agent
debug1: Offering public key: /home/ada/.ssh/id_ed25519 ED25519 SHA256:ghi explicit
debug1: Authentications that can continue: password
debug1: Next authentication method: password
Authenticated to gpu ([10.0.0.1]:22) using "password".`),
  ).toEqual({
    serverVersion: 'OpenSSH_9.2p1 Debian-2',
    hostKey: 'ssh-ed25519 SHA256:abc',
    hostKeyKnown: '/home/ada/.ssh/known_hosts:12',
    accepts: ['publickey', 'password'],
    tried: ['publickey', 'password'],
    keys: ['/home/ada/.ssh/id_rsa RSA SHA256:def', '/home/ada/.ssh/id_ed25519 ED25519 SHA256:ghi'],
    halfway: [],
    authenticatedBy: 'password',
  });
});

test.each([
  'Authenticated using "publickey" with partial success.',
  'Authenticated with partial success.',
])('a login by two factors is read from "%s"', (halfway) => {
  const signs = read(`debug1: Next authentication method: publickey
${halfway}
debug1: Authentications that can continue: keyboard-interactive
debug1: Next authentication method: keyboard-interactive
Authenticated to gpu ([10.0.0.1]:22) using "keyboard-interactive".`);
  expect(signs).toMatchObject({
    halfway: ['publickey'],
    authenticatedBy: 'keyboard-interactive',
  });
});

test('words of a banner, and endless offers, do not count', () => {
  expect(read('Welcome! debug1: Authentication succeeded (none)')).toBe(NO_SIGNS);
  const many = Array.from({ length: 200 }, (_, i) => `debug1: Next authentication method: m${i}`);
  expect(read(many.join('\n')).tried).toHaveLength(50);
});
