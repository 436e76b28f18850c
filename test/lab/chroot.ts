import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabOptions } from './lab.ts';

/** A root for sshd's ChrootDirectory: the system's programs, an empty /srv, and what is asked for of the rest. */
export interface Chroot extends AsyncDisposable {
  /** What a lab is to be started with. */
  readonly options: Pick<LabOptions, 'account' | 'mounts' | 'sshd'>;
}

/** Where the lab's sshd sees it: sshd wants every directory on the way to belong to root alone. */
const SEEN_AT = '/mnt';

export const makeChroot = async (wish: {
  readonly tmp: 'there' | 'missing';
  readonly proc: 'there' | 'missing';
}): Promise<Chroot> => {
  const root = await mkdtemp('/var/tmp/porthole-chroot-');
  await chmod(root, 0o755);
  const bound = ['usr', 'etc', 'dev', ...(wish.proc === 'there' ? ['proc'] : [])];
  const tmp = wish.tmp === 'there' ? ['tmp'] : [];
  for (const name of [...bound, ...tmp, 'srv']) await mkdir(join(root, name), { mode: 0o755 });
  for (const name of ['bin', 'lib', 'lib64', 'sbin'])
    await symlink(`usr/${name}`, join(root, name));
  const binds = bound.map((name) => ({
    over: `${SEEN_AT}/${name}`,
    with: `/${name}`,
  }));
  return {
    options: {
      account: {},
      mounts: [
        { over: SEEN_AT, with: root },
        ...binds,
        ...tmp.map((name) => ({ over: `${SEEN_AT}/${name}`, tmpfs: 'mode=1777' })),
      ],
      sshd: { ChrootDirectory: SEEN_AT },
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
};
