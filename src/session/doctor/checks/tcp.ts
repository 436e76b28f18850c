import { connect } from 'node:net';
import { isFailure, PortholeError } from '../../../core/errors.ts';
import { singleLine } from '../../../core/text.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

type Facts =
  | { readonly kind: 'program' }
  | {
      readonly kind: 'connected';
      readonly where: string;
      /** What the other end said first; empty where it ended without a word. */
      readonly banner: string;
    };

/** As long as porthole lets ssh wait. */
const LIMIT_MS = 15_000;
const MAX_BANNER_BYTES = 8192;

/** Whether something listens on the port that ssh dials, and whether that is an ssh server. */
export const tcp = defineCheck<Facts>({
  id: 'tcp',
  title: 'network',
  needs: ['name'],
  byHand: (bench) => bench.sshLine(['-v'], 'true'),
  look: async (bench) => {
    const hop = await bench.firstHop();
    if (hop.kind === 'program') return hop;
    const { hostname, port } = hop;
    const where = `${hop.jumps.length > 0 ? 'jump host ' : ''}${hostname} port ${port}`;
    const signal = bench.within(LIMIT_MS, where);
    return { kind: 'connected', where, banner: await bannerOf({ hostname, port, where, signal }) };
  },
  judge: (facts) => judgeTcp(facts),
});

export const judgeTcp = (facts: Facts): Finding => {
  if (facts.kind === 'program') {
    return { verdict: 'ok', fact: 'left to the ProxyCommand of the ssh config' };
  }
  const { where, banner } = facts;
  const line = banner.split('\n').find((one) => one.startsWith('SSH-'));
  if (line !== undefined) {
    const version = singleLine(line).slice(0, 120);
    return { verdict: 'ok', fact: `${where} answers as ${version}` };
  }
  if (banner === '') {
    return {
      verdict: 'failed',
      code: 'connection-closed',
      cause: `${where} takes the connection and ends it without a word.`,
      remedy:
        'Too many logins there at this moment (MaxStartups), or a firewall that bans this address for a while: wait some minutes.',
    };
  }
  return {
    verdict: 'failed',
    code: 'connection-closed',
    cause: `What answers on ${where} is no ssh server: it says "${singleLine(banner).slice(0, 60)}".`,
    remedy: 'Check HostName and Port in the ssh config, or -p.',
  };
};

interface Dial {
  readonly hostname: string;
  readonly port: number;
  readonly where: string;
  readonly signal: AbortSignal;
}

/** The other end's first words. @throws PortholeError where there is no connection */
const bannerOf = ({ hostname, port, where, signal }: Dial): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port });
    let banner = '';
    let phase: 'dialling' | 'connected' = 'dialling';
    const finish = () => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(banner);
    };
    const onAbort = () => {
      socket.destroy();
      reject(isFailure(signal.reason, 'interrupted') ? signal.reason : silent(where, phase));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      phase = 'connected';
    });
    socket.on('data', (text: string) => {
      banner += text;
      if (/^SSH-[^\n]*\n/m.test(banner) || banner.length > MAX_BANNER_BYTES) finish();
    });
    socket.on('end', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', onAbort);
      if (phase === 'connected') resolve(banner);
      else reject(cannotConnect(where, error));
    });
  });

const silent = (where: string, phase: 'dialling' | 'connected'): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message:
      phase === 'dialling'
        ? `${where} does not answer: nothing came back within ${LIMIT_MS / 1000} s.`
        : `${where} takes the connection, but no ssh server spoke within ${LIMIT_MS / 1000} s.`,
    hint:
      phase === 'dialling'
        ? 'The machine is down, or a firewall drops the packets: check the network and the VPN.'
        : 'The server is overloaded or hangs, or the port belongs to something else.',
  });

const cannotConnect = (where: string, error: NodeJS.ErrnoException): PortholeError => {
  const { code, words, hint } = REASONS[error.code ?? ''] ?? {
    ...{ code: 'network-unreachable' as const, words: error.message },
    hint: 'Check that the machine is up, the network and the VPN.',
  };
  return new PortholeError({ code, message: `Cannot connect to ${where}: ${words}.`, hint });
};

const REASONS: Readonly<
  Record<string, Pick<PortholeError, 'code'> & { words: string; hint: string }>
> = {
  ECONNREFUSED: {
    code: 'connection-refused',
    words: 'connection refused',
    hint: 'No ssh server answers on that port: check HostName and Port.',
  },
  ETIMEDOUT: {
    code: 'connection-timeout',
    words: 'no answer',
    hint: 'The machine is down, or a firewall drops the packets: check the network and the VPN.',
  },
  EHOSTUNREACH: {
    code: 'network-unreachable',
    words: 'no route to it',
    hint: 'Check the network and the VPN.',
  },
  ENETUNREACH: {
    code: 'network-unreachable',
    words: 'its network cannot be reached from here',
    hint: 'Check the network and the VPN.',
  },
};
