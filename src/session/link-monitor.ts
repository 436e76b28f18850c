import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import { PortholeError } from '../core/errors.ts';
import type { Connection } from '../remote/connection.ts';
import { pingResultSchema } from '../remote/protocol/wire.ts';
import { judgeLink, type LinkHealth } from './link-health.ts';

/** A session that lives on a connection. */
export interface Attendant {
  /** Of its viewer's lease, in seconds. */
  readonly graceS: number;
  /** What went through its gateway so far; also a sign of life. */
  readonly traffic: () => { bytesUp: number; bytesDown: number; waiting: number };
  /** Told the round trip of each ping, milliseconds. */
  readonly onLatency: (ms: number) => void;
}

/** Keeps a connection's leases, and notices when its link is gone. */
export interface LinkMonitor {
  /** Watches for a session until the returned function is called. */
  attend(attendant: Attendant): () => void;
  /** Resolves, with the reason, when the connection has ended or nothing comes over it any more. */
  readonly lost: Promise<PortholeError>;
}

/** Pings often enough that one lost ping never costs the lease, and that the latency shown is fresh. */
const PING_INTERVAL_MS = 8000;
const PINGS_PER_LEASE = 4;
/** Between two looks: while all is well and nobody waits, and otherwise. */
const LOOK_MS = 1000;
const CLOSE_LOOK_MS = 250;
/** By so much the clocks drift apart, or a look comes late, only where the machine has slept. */
const SLEPT_MS = 2000;

/**
 * One loop for all sessions of a connection, which runs while there is one. Sleep shows in the wall
 * clock running ahead of the monotonic one, which stands still meanwhile, or, where this process alone
 * was stopped, in a look that comes late.
 */
export const createLinkMonitor = (connection: Connection, clock: Clock): LinkMonitor => {
  const { agent } = connection;
  const attendants = new Set<Attendant>();
  const lost = createDeferred<PortholeError>();
  let stop = new AbortController();
  void connection.closed.then((error) => {
    stop.abort();
    lost.resolve(error);
  });

  const watch = async (signal: AbortSignal) => {
    let health: LinkHealth = { kind: 'trusted' };
    let latencyMs: number | undefined;
    let pingedMs = clock.monotonicMs();
    let wokenMs: number | undefined;
    let last = { nowMs: pingedMs, wallMs: clock.wallMs(), lookMs: 0 };
    // What is heard is the agent, or an answer through a gateway, which shows in what it has counted.
    let heard = { ms: agent.lastHeardMs(), ...sumOf(attendants) };

    const ping = async () => {
      pingedMs = clock.monotonicMs();
      const sentMs = pingedMs;
      await agent.request('ping', {}, pingResultSchema, { signal });
      latencyMs = clock.monotonicMs() - sentMs;
      for (const { onLatency } of attendants) onLatency(latencyMs);
    };
    // That no answer comes is what this loop looks for; that the connection ends is told otherwise.
    const ask = () => void ping().catch(() => undefined);

    ask();
    while (!signal.aborted) {
      // Whatever arrived while this process was busy has been read when this comes back.
      await new Promise(setImmediate);
      const nowMs = clock.monotonicMs();
      const wallMs = clock.wallMs();
      const passedMs = nowMs - last.nowMs;
      const drift = Math.abs(wallMs - last.wallMs - passedMs);
      if (drift > SLEPT_MS || passedMs - last.lookMs > SLEPT_MS) {
        wokenMs = nowMs;
        health = { kind: 'trusted' };
      }
      const now = sumOf(attendants);
      if (now.bytesDown > heard.bytesDown) heard = { ms: nowMs, ...now };
      // A session that has left takes its count with it.
      if (now.bytesDown < heard.bytesDown) heard = { ms: heard.ms, ...now };
      if (agent.lastHeardMs() > heard.ms) heard = { ms: agent.lastHeardMs(), ...now };
      if (wokenMs !== undefined && heard.ms > wokenMs) wokenMs = undefined;
      const use = wokenMs !== undefined ? 'woken' : now.waiting > 0 ? 'waiting' : 'idle';
      const sentBytes = Math.max(0, now.bytesUp - heard.bytesUp);
      const verdict = judgeLink(health, { nowMs, heardMs: heard.ms, use, sentBytes, latencyMs });
      health = verdict.health;
      if (health.kind === 'lost') {
        lost.resolve(silent(health.silentMs));
        return;
      }
      const intervalMs = pingIntervalMs(attendants);
      if (verdict.action === 'ask' || nowMs - pingedMs >= intervalMs) ask();
      const calm = health.kind === 'trusted' && use === 'idle';
      const lookMs = Math.min(calm ? LOOK_MS : CLOSE_LOOK_MS, intervalMs);
      last = { nowMs, wallMs, lookMs };
      await clock.sleep(lookMs, { signal, ref: 'unref' });
    }
  };

  return {
    lost: lost.promise,
    attend: (attendant) => {
      attendants.add(attendant);
      if (attendants.size === 1) {
        stop = new AbortController();
        // Ends by its signal alone.
        watch(stop.signal).catch(() => undefined);
      }
      return () => {
        attendants.delete(attendant);
        if (attendants.size === 0) stop.abort();
      };
    },
  };
};

const pingIntervalMs = (attendants: ReadonlySet<Attendant>): number =>
  Math.min(
    PING_INTERVAL_MS,
    ...[...attendants].map(({ graceS }) => (graceS * 1000) / PINGS_PER_LEASE),
  );

const sumOf = (attendants: ReadonlySet<Attendant>) => {
  const sum = { bytesUp: 0, bytesDown: 0, waiting: 0 };
  for (const { traffic } of attendants) {
    const { bytesUp, bytesDown, waiting } = traffic();
    sum.bytesUp += bytesUp;
    sum.bytesDown += bytesDown;
    sum.waiting += waiting;
  }
  return sum;
};

const silent = (ms: number): PortholeError =>
  new PortholeError({
    code: 'connection-closed',
    message: `Nothing has come from the server for ${Math.max(1, Math.round(ms / 1000))} s.`,
  });
