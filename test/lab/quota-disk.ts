import { once } from 'node:events';
import { type FuseDisk, mountFuseDisk } from './fuse-disk.ts';

/** What all that lies on a disk may come to. */
export interface Quota {
  readonly bytes: number;
  /** Files and directories. */
  readonly files: number;
}

/** A mounted file system that everybody may write to, and that holds them to a quota. */
export interface QuotaDisk extends FuseDisk {
  /** From here on; what lies there stays. */
  limit(quota: Partial<Quota>): Promise<void>;
}

const PLENTY: Quota = { bytes: 2 ** 40, files: 2 ** 40 };

export const makeQuotaDisk = async (quota: Partial<Quota> = {}): Promise<QuotaDisk> => {
  const disk = await mountFuseDisk('quota-disk.py');
  const { stdin, stdout } = disk.program;
  const limit: QuotaDisk['limit'] = async (changes) => {
    const { bytes, files } = { ...PLENTY, ...changes };
    const set = once(stdout, 'data');
    stdin.write(`${bytes} ${files}\n`);
    await set;
  };
  await limit(quota);
  return { ...disk, limit };
};
