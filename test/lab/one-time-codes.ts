import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabOptions } from './lab.ts';

/** A server that wants a key, and then a code that holds for one login, by PAM (needs root). */
export interface OneTimeCodes extends AsyncDisposable {
  /** What a lab is to be started with. */
  readonly options: Pick<LabOptions, 'account' | 'mounts' | 'sshd'>;
}

/** Each of the codes lets in once. */
export const acceptOneTimeCodes = async (codes: readonly string[]): Promise<OneTimeCodes> => {
  const directory = await mkdtemp('/var/tmp/porthole-codes-');
  const list = join(directory, 'codes');
  const check = join(directory, 'check');
  await writeFile(list, codes.map((code) => `${code}\n`).join(''));
  // What was typed comes on stdin, with a null byte at its end.
  const script = `#!/bin/sh\ncode=$(tr -d '\\000')\ngrep -qx "$code" ${list} || exit 1\nsed -i "/^$code$/d" ${list}\n`;
  await writeFile(check, script, { mode: 0o755 });
  const service = join(directory, 'sshd');
  await writeFile(
    service,
    [
      `auth required pam_exec.so quiet expose_authtok ${check}`,
      // Grants what the script has no say in: credentials.
      'auth required pam_permit.so',
      'account required pam_permit.so',
      'session required pam_permit.so',
      '',
    ].join('\n'),
  );
  return {
    options: {
      account: {},
      mounts: [{ over: '/etc/pam.d/sshd', with: service }],
      sshd: {
        UsePAM: 'yes',
        KbdInteractiveAuthentication: 'yes',
        AuthenticationMethods: 'publickey,keyboard-interactive:pam',
      },
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};
