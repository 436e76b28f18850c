import { MAX_CONTROL_PATH_BYTES } from '../../../ssh/control-socket.ts';
import type { HereFacts } from '../bench.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

interface Facts extends HereFacts {
  /** Where control sockets and the local ends of tunnels are made. */
  readonly directory: string;
}

/** This machine: versions, the private directory for sockets, the length of their paths. */
export const here = defineCheck<Facts>({
  id: 'here',
  title: 'this machine',
  look: async (bench) => ({ ...bench.here, directory: await bench.directory() }),
  judge: ({ version, node, platform, directory }): Finding => ({
    verdict: 'ok',
    fact: `porthole ${version}, Node ${node}, ${platform}; sockets in ${directory} (${Buffer.byteLength(directory) + '/ctl'.length} of ${MAX_CONTROL_PATH_BYTES} bytes)`,
  }),
});
