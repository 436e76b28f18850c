import { type FuseDisk, mountFuseDisk } from './fuse-disk.ts';

/**
 * A mounted file system that hangs, as a network disk whose server is gone: whoever looks into its
 * directory waits for ever. Put a link to it where it is to be met, and nothing else there.
 */
export const hangDisk = (): Promise<FuseDisk> => mountFuseDisk('hanging-disk.py');
