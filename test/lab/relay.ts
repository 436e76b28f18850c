import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../src/core/clock.ts';
import { createLane, type Lane, type LaneSpeed } from './relay-lane.ts';

/** How a link behaves; the numbers hold for each direction, `up` and `down` override them. */
export interface RelayOptions extends Partial<Readonly<LaneSpeed>> {
  /** From ssh to sshd. */
  readonly up?: Partial<Readonly<LaneSpeed>>;
  /** From sshd to ssh. */
  readonly down?: Partial<Readonly<LaneSpeed>>;
}

/** Control of the link between ssh and the lab's sshd. */
export interface Relay {
  readonly port: number;
  /** Resets every connection, and each new one until `restore`. */
  cut(): void;
  /** Takes and gives nothing any more, without closing anything, as a dead network does. */
  blackhole(): void;
  /**
   * Ends one direction of every connection, as a broken middle box does: `here` hears nothing more of
   * the server, or the server nothing more of us.
   */
  halfClose(deaf: 'here' | 'server'): void;
  /**
   * Every connection carries nothing any more, for good, and nothing tells either end; new ones do. So a
   * machine finds its connections after sleep, or in another network.
   */
  strand(): void;
  /** From now on, what carries nothing for so long in either direction is reset, as proxies do. */
  dropIdle(ms: number): void;
  /** Ends `cut` or `blackhole`; what a black hole held back goes on, what is stranded is reset. */
  restore(): void;
  /** One-way delay from now on, in both directions. */
  setDelay(ms: number): void;
  /** Rate from now on, in both directions; Infinity for no limit. */
  setBitsPerSecond(bits: number): void;
  /** Bytes that came from ssh (`up`) and from sshd (`down`) so far. */
  bytes(): { readonly up: number; readonly down: number };
  close(): Promise<void>;
}

interface Link {
  readonly sockets: readonly Socket[];
  readonly lanes: readonly Lane[];
  /** When something last came from either end. */
  lastMs: number;
}

/** Between two looks for what is idle. */
const DROP_LOOK_MS = 100;

/** Starts a relay on loopback to a port on loopback, with the delay and the rate of a real link. */
export const startRelay = async (targetPort: number, options: RelayOptions): Promise<Relay> => {
  const up = resolveSpeed(options, options.up);
  const down = resolveSpeed(options, options.down);
  const links = new Set<Link>();
  const stranded = new Set<Link>();
  const counted = { up: 0, down: 0 };
  let state: 'open' | 'cut' | 'blackhole' = 'open';

  let stopDropping = () => {};

  const accept = (near: Socket) => {
    near.on('error', ignore);
    if (state === 'cut') {
      reset(near);
      return;
    }
    near.setNoDelay(true);
    const far = connect({
      host: '127.0.0.1',
      port: targetPort,
      noDelay: true,
      allowHalfOpen: true,
    });
    far.on('error', ignore);
    // Over a real link a connect takes a round trip before the first byte goes, and the far end
    // knows of it one way later; on loopback it takes nothing, so that is added here.
    const connectedMs = systemClock.monotonicMs() + up.delayMs + down.delayMs;
    const onBytes = (way: keyof typeof counted) => (count: number) => {
      counted[way] += count;
      link.lastMs = systemClock.monotonicMs();
    };
    const lanes = [
      createLane({
        from: near,
        to: far,
        speed: up,
        openAtMs: connectedMs,
        onBytes: onBytes('up'),
      }),
      createLane({
        from: far,
        to: near,
        speed: down,
        openAtMs: connectedMs + up.delayMs,
        onBytes: onBytes('down'),
      }),
    ];
    const link: Link = { sockets: [near, far], lanes, lastMs: systemClock.monotonicMs() };
    links.add(link);
    const forgetClosed = () => {
      if (near.destroyed && far.destroyed) links.delete(link);
    };
    near.once('close', forgetClosed);
    far.once('close', forgetClosed);
    if (state === 'blackhole') for (const lane of lanes) lane.hold();
  };

  const resetAll = (those: Set<Link>) => {
    for (const { sockets, lanes } of those) {
      for (const lane of lanes) lane.close();
      for (const socket of sockets) reset(socket);
    }
    those.clear();
  };
  const resetOpen = () => resetAll(links);
  const resetStranded = () => resetAll(stranded);

  const resetIdle = (ms: number) => {
    const beforeMs = systemClock.monotonicMs() - ms;
    const idle = new Set([...links].filter(({ lastMs }) => lastMs < beforeMs));
    for (const link of idle) links.delete(link);
    resetAll(idle);
  };

  const server = createServer({ allowHalfOpen: true }, accept);
  const port = await listen(server);
  return {
    port,
    cut: () => {
      state = 'cut';
      resetOpen();
    },
    blackhole: () => {
      state = 'blackhole';
      for (const { lanes } of links) for (const lane of lanes) lane.hold();
    },
    halfClose: (deaf) => {
      for (const { sockets } of links) sockets[deaf === 'here' ? 0 : 1]?.end();
    },
    strand: () => {
      for (const link of links) {
        for (const lane of link.lanes) lane.hold();
        stranded.add(link);
      }
      links.clear();
    },
    dropIdle: (ms) => {
      stopDropping();
      stopDropping = systemClock.every(DROP_LOOK_MS, () => resetIdle(ms));
    },
    restore: () => {
      state = 'open';
      resetStranded();
      for (const { lanes } of links) for (const lane of lanes) lane.release();
    },
    setDelay: (ms) => {
      up.delayMs = ms;
      down.delayMs = ms;
    },
    setBitsPerSecond: (bits) => {
      up.bitsPerSecond = bits;
      down.bitsPerSecond = bits;
    },
    bytes: () => ({ ...counted }),
    close: async () => {
      state = 'cut';
      stopDropping();
      resetStranded();
      resetOpen();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** At once: by itself Node waits until all is written, which the other end may never read. */
const reset = (socket: Socket): void => {
  socket.resetAndDestroy();
  socket.destroy();
};

/** Each socket's `close` tells what there is to tell; without a listener an error would end the process. */
const ignore = () => undefined;

const resolveSpeed = (
  both: Partial<Readonly<LaneSpeed>>,
  own: Partial<Readonly<LaneSpeed>> = {},
): LaneSpeed => ({
  delayMs: own.delayMs ?? both.delayMs ?? 0,
  bitsPerSecond: own.bitsPerSecond ?? both.bitsPerSecond ?? Number.POSITIVE_INFINITY,
});

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error('The relay has no TCP port.'));
    });
  });
