import { isHere } from '../remote/here.ts';
import type { SshTarget } from '../ssh/target.ts';

/** What people call a session on it. */
export const nameOf = (target: SshTarget): string => (isHere(target) ? 'here' : target.host);

/** gpu-server, gpu-server-2, ...: the first that is not taken. */
export const freeName = (host: string, taken: ReadonlyMap<string, unknown>): string => {
  for (let number = 1; ; number++) {
    const name = number === 1 ? host : `${host}-${number}`;
    if (!taken.has(name)) return name;
  }
};
