import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LaunchSpec } from '../../src/remote/protocol/sessions.ts';
import type { Endpoint } from '../../src/remote/protocol/wire.ts';
import type { RunningProcess } from '../../src/ssh/runner.ts';
import { labRunner } from './run.ts';

/** A viewer that runs from a LaunchSpec without agent and watchdog, on this machine. */
export interface StartedViewer {
  readonly process: RunningProcess;
  readonly endpoint: Endpoint;
  /** A GET to it; the answer is read to its end. */
  get(path: string): Promise<{ status: number; body: string }>;
}

/**
 * Starts a viewer that reports where it listens, with `runtime` as the session's directory.
 *
 * @throws Error with what it said, where it ends instead
 */
export const startViewer = async (
  spec: Omit<LaunchSpec, 'startTimeoutS'>,
  runtime: string,
): Promise<StartedViewer> => {
  const socket = join(runtime, 'viewer.sock');
  const fill = (text: string) =>
    text.replaceAll('{runtime}', runtime).replaceAll('{socket}', socket);
  const [file = '', ...args] = spec.argv.map(fill);
  const env = Object.fromEntries(
    Object.entries(spec.env).map(([name, value]) => [
      name,
      value === null ? undefined : fill(value),
    ]),
  );
  const viewer = labRunner.start({ file, args, env });
  // The pipe stays open: its end is what tells a launcher that the watchdog is gone.
  viewer.stdin.write(fill(spec.input));
  for await (const line of createInterface({ input: viewer.stdout })) {
    if (!line.startsWith('\x1e')) continue;
    const { listening } = reportSchema.parse(JSON.parse(line.slice(1)));
    const endpoint: Endpoint =
      listening.kind === 'socket' ? { kind: 'socket', path: socket } : listening;
    return { process: viewer, endpoint, get: (path) => get(endpoint, path) };
  }
  const { exitCode, signal } = await viewer.exited;
  throw new Error(`The viewer has ended with ${signal ?? exitCode}:\n${viewer.stderr.text()}`);
};

const reportSchema = z.object({
  listening: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('socket') }),
    z.object({ kind: z.literal('tcp'), port: z.number() }),
  ]),
});

const get = (endpoint: Endpoint, path: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const place =
      endpoint.kind === 'socket'
        ? { socketPath: endpoint.path }
        : { host: '127.0.0.1', port: endpoint.port };
    const call = request({ ...place, path, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    call.on('error', reject);
    call.end();
  });
