import type { TunnelWay } from '../../../remote/tunnels.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';
import type { Passage, Passages } from '../tunnels.ts';

/** Whether ssh here takes more onto the one connection. */
export const multiplexing = defineCheck<TunnelWay>({
  id: 'multiplexing',
  title: 'multiplexing here',
  needs: ['start'],
  byHand: (bench) => bench.sshLine(['-M', '-S', '/tmp/porthole-test.ctl'], 'true'),
  look: async (bench) => (await bench.tunnels()).way,
  judge: (way) => judgeMultiplexing(way),
});

/** A real request through a forward to a socket on the server: the way of every viewer that can. */
export const forwardSocket = defineCheck<Passages>({
  id: 'forward-socket',
  title: 'forward to a socket',
  needs: ['multiplexing'],
  byHand: (bench) =>
    bench.sshLine(['-N', '-L', '/tmp/porthole-test.sock:/tmp/SOCKET-OF-A-PROGRAM-THERE']),
  look: (bench) => bench.passages(),
  judge: (passages) => judgeSocket(passages),
});

/** The same to a port: for viewers that cannot serve a socket. */
export const forwardTcp = defineCheck<Passages>({
  id: 'forward-tcp',
  title: 'forward to a port',
  needs: ['multiplexing'],
  byHand: (bench) => bench.sshLine(['-N', '-L', '/tmp/porthole-test.sock:127.0.0.1:PORT']),
  look: (bench) => bench.passages(),
  judge: (passages) => judgeTcp(passages),
});

/** A request over the agent's own channel: the way that is left where forwards are forbidden. */
export const agentChannel = defineCheck<Passages>({
  id: 'agent-channel',
  title: 'without a forward',
  needs: ['multiplexing'],
  look: (bench) => bench.passages(),
  judge: (passages) => judgeChannel(passages),
});

const INSTEAD = 'porthole sends it over its own channel instead, which is slower';

export const judgeMultiplexing = (way: TunnelWay): Finding =>
  way === 'forward'
    ? { verdict: 'ok', fact: 'one ssh carries the agent and the forwards' }
    : {
        verdict: 'warning',
        fact: 'none',
        cause: 'ssh here takes no forward onto a connection that is open (no control socket).',
        remedy: `${INSTEAD}. Without --no-mux, an OpenSSH on Linux or macOS can; see also ControlPath in the ssh config.`,
      };

export const judgeSocket = ({ socket, tcp }: Passages): Finding => {
  if (socket.kind !== 'refused') return judgeOther(socket, 'socket');
  const onlySockets = tcp.kind === 'passed';
  return {
    verdict: 'warning',
    fact: 'refused',
    cause: onlySockets
      ? `The server's sshd forbids forwards to sockets, not those to ports (AllowStreamLocalForwarding no): ${socket.reason}.`
      : `The server's sshd forbids forwarding (AllowTcpForwarding no, or DisableForwarding): ${socket.reason}.`,
    remedy: `${INSTEAD}. Its administrator can allow it for this account: ${onlySockets ? 'AllowStreamLocalForwarding' : 'AllowTcpForwarding'} yes.`,
  };
};

export const judgeTcp = ({ socket, tcp }: Passages): Finding => {
  if (tcp.kind !== 'refused') return judgeOther(tcp, 'port');
  return {
    verdict: 'warning',
    fact: 'refused',
    cause:
      socket.kind === 'passed'
        ? `The server's sshd forbids forwards to ports, not those to sockets (PermitOpen): ${tcp.reason}.`
        : `Forwards to ports are forbidden as well: ${tcp.reason}.`,
    remedy: `It matters to viewers that cannot serve a socket; ${INSTEAD}.`,
  };
};

export const judgeChannel = ({ socket, channel }: Passages): Finding => {
  if (channel.kind !== 'refused') return judgeOther(channel, 'socket');
  const cause = `Nothing passes over porthole's own channel either: ${channel.reason}.`;
  const remedy = 'Run the same with -v, and please report it.';
  return socket.kind === 'passed'
    ? { verdict: 'warning', fact: 'not needed here', cause, remedy }
    : { verdict: 'failed', code: 'forward-refused', cause, remedy };
};

/** Of a request that was not refused. */
const judgeOther = (
  passage: Exclude<Passage, { kind: 'refused' }>,
  end: 'socket' | 'port',
): Finding => {
  switch (passage.kind) {
    case 'passed':
      return { verdict: 'ok', fact: `a request passed in ${passage.ms} ms` };
    case 'untried':
      return { verdict: 'ok', fact: 'not tried: there is no multiplexing here' };
    case 'strange':
      return {
        verdict: 'failed',
        code: 'forward-refused',
        cause: `Something else answers at the ${end} that the way leads to: "${passage.body}".`,
        remedy: 'Look at what takes connections in between (a ProxyCommand, a wrapper of ssh).',
      };
    default:
      return passage satisfies never;
  }
};
