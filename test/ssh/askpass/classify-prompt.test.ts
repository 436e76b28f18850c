import { expect, test } from 'vitest';
import { classifyPrompt, echoOf } from '../../../src/ssh/askpass/classify-prompt.ts';

const HOST_KEY = `The authenticity of host '[127.0.0.1]:2222 ([127.0.0.1]:2222)' can't be established.
ED25519 key fingerprint is SHA256:93r8Tg8S6e+46tFOk7wRdsneU43pS8VAImFLzJ8H6LI.
This key is not known by any other names.
Are you sure you want to continue connecting (yes/no/[fingerprint])? `;

test.each([
  [HOST_KEY, '', 'host-key'],
  ["Please type 'yes', 'no' or the fingerprint: ", '', 'host-key'],
  ["Please type 'yes' or 'no': ", '', 'host-key'],
  [
    "Warning: the ED25519 host key for 'gpu' differs from the key for the IP address '10.0.0.5'\nAre you sure you want to continue connecting (yes/no)? ",
    '',
    'host-key',
  ],
  ["ada@gpu's password: ", '', 'password'],
  ['(ada@gpu) Password: ', '', 'password'],
  ['(ada@gpu) New password: ', '', 'password'],
  ["Enter passphrase for key '/home/ada/.ssh/id_ed25519': ", '', 'passphrase'],
  ["Enter passphrase for key '/home/ada/token code': ", '', 'passphrase'],
  ['Enter PIN for ED25519-SK key /home/ada/.ssh/id_ed25519_sk: ', '', 'passphrase'],
  ['(ada@gpu) Verification code: ', '', 'code'],
  ['(ada@gpu) One-time password (OATH) for `ada`: ', '', 'code'],
  ['(ada@gpu) Enter PASSCODE: ', '', 'code'],
  ['(ada@gpu) Duo two-factor login for ada\n\nPasscode or option (1-3): ', '', 'code'],
  ['Allow use of key /home/ada/.ssh/id?', 'confirm', 'confirmation'],
  ['Confirm user presence for key ED25519-SK SHA256:abc', 'none', 'notice'],
  ['(ada@gpu) Favourite colour? ', '', 'text'],
  ['', '', 'text'],
])('%j with hint %j is a %s prompt', (text, hint, kind) => {
  expect(classifyPrompt({ text, hint })).toBe(kind);
});

test("a server's own question is never taken for the host key's", () => {
  const forged = `(ada@gpu) ${HOST_KEY}`;
  expect(classifyPrompt({ text: forged, hint: '' })).not.toBe('host-key');
});

test('only what ssh itself asks with yes or no is shown while it is typed', () => {
  expect(echoOf('host-key')).toBe('shown');
  expect(echoOf('confirmation')).toBe('shown');
  for (const kind of ['password', 'passphrase', 'code', 'text', 'notice'] as const) {
    expect(echoOf(kind)).toBe('hidden');
  }
});
