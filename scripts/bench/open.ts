import { createInterface } from 'node:readline';
import { z } from 'zod';
import { systemClock } from '../../src/core/clock.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { labRunner } from '../../test/lab/run.ts';
import { getOk, type Place } from './http.ts';

/** What `porthole open` is to open, for whom. */
export interface OpenInput {
  readonly program: string;
  readonly lab: Pick<Lab, 'alias' | 'configFile'>;
  /** PORTHOLE_HOME: what is remembered, and which hub it is. */
  readonly home: string;
  readonly viewer: string;
  /** Prefix of the environment on the server; the bundled viewer needs none. */
  readonly environment?: string;
  readonly storage: string;
  /** What is asked for before it counts as open; null: nothing. */
  readonly healthPath?: string | null;
  /** More words of `open`. */
  readonly words?: readonly string[];
}

/** A viewer that porthole has opened. */
export interface OpenViewer {
  /** From the start of the program to the first 200 through the gateway, in seconds. */
  readonly openS: number;
  /** For a browser. */
  readonly url: string;
  /** Process of `porthole open`; the hub, where it has become that. */
  readonly pid: number;
  readonly place: Place;
  /** Lets requests through the gateway's guard. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds of each step, as porthole tells them. */
  readonly steps: Readonly<Record<string, number>>;
  /**
   * Resolves with the time, in monotonic milliseconds, at which the session says for the next time, or
   * for the one after that, that it is in this state.
   */
  next(state: string, time?: number): Promise<number>;
  /** The states that it was in since it was ready, in their order. */
  readonly states: readonly string[];
  /** Ends the program as Ctrl+C does. @throws Error where it leaves with another code than 0 or 130 */
  close(): Promise<void>;
}

/** Runs `porthole open` up to the first answer of the viewer. @throws Error with what it said */
export const openByPorthole = async (input: OpenInput): Promise<OpenViewer> => {
  const { program, lab, home, viewer, environment, storage, healthPath = '/api/health' } = input;
  const startedMs = systemClock.monotonicMs();
  const porthole = labRunner.start({
    file: process.execPath,
    args: [
      ...[program, 'open', lab.alias, '-F', lab.configFile, '--viewer', viewer],
      ...(environment === undefined ? [] : ['--env', environment]),
      ...['--storage', storage, '--yes', '--no-open', '--json'],
      ...(input.words ?? []),
    ],
    env: { PORTHOLE_HOME: home },
  });
  const steps: Record<string, number> = {};
  const said: string[] = [];
  const states: string[] = [];
  const waiting = new Set<{ state: string; left: number; tell: (ms: number) => void }>();
  const ready = createDeferred<
    Extract<z.infer<typeof lineSchema>, { type: 'ready' }> | undefined
  >();
  createInterface({ input: porthole.stdout })
    .on('line', (line) => {
      said.push(line);
      const event = lineSchema.parse(JSON.parse(line));
      if (event.type === 'step' && event.ms !== undefined) steps[event.step] = event.ms;
      if (event.type === 'ready') ready.resolve(event);
      if (event.type !== 'state') return;
      const state = event.phase ?? event.state;
      states.push(state);
      for (const one of [...waiting]) {
        if (one.state !== state || --one.left > 0) continue;
        waiting.delete(one);
        one.tell(systemClock.monotonicMs());
      }
    })
    .on('close', () => ready.resolve(undefined));
  const event = await ready.promise;
  if (event !== undefined) {
    const { port, searchParams } = new URL(event.url);
    const place = { host: '127.0.0.1', port: Number(port) };
    const headers = {
      host: `localhost:${port}`,
      authorization: `Bearer ${searchParams.get('token')}`,
    };
    if (healthPath !== null) await getOk({ place, path: healthPath, headers });
    const openS = (systemClock.monotonicMs() - startedMs) / 1000;
    const pid = porthole.pid ?? Number.NaN;
    const close = async () => {
      process.kill(pid, 'SIGINT');
      const { exitCode } = await porthole.exited;
      if (exitCode !== 130 && exitCode !== 0) throw new Error(`porthole ended with ${exitCode}.`);
    };
    const next = (wanted: string, time = 1) =>
      new Promise<number>((tell) => {
        waiting.add({ state: wanted, left: time, tell });
      });
    return { openS, url: event.url, pid, place, headers, steps, next, states, close };
  }
  await porthole.exited;
  throw new Error(`porthole opened nothing:\n${said.join('\n')}\n${porthole.stderr.text()}`);
};

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step: z.string(), ms: z.number().optional() }),
  z.object({ type: z.literal('ready'), url: z.string() }),
  z.object({ type: z.literal('note') }),
  z.object({
    type: z.literal('state'),
    state: z.string(),
    phase: z.string().optional(),
  }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
