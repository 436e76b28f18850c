import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/core/clock.ts';
import { runicorn } from '../../src/viewers/runicorn/runicorn.ts';
import { CLIENT_KEY_FILE } from '../../test/lab/client-config.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { type StartedViewer, startViewer } from '../../test/lab/start-viewer.ts';
import type { Venv } from '../../test/lab/venvs.ts';
import { getOk } from './http.ts';

export interface RunicornInput {
  readonly venv: Venv;
  readonly storage: string;
  /** An empty directory for socket and settings. */
  readonly directory: string;
}

/** Starts Runicorn's viewer on this machine as the watchdog does on a server, without porthole. */
export const startRunicorn = ({
  venv,
  storage,
  directory,
}: RunicornInput): Promise<StartedViewer> => {
  const { python } = venv;
  const access = 'read-only';
  const input = {
    session: 'bench',
    python,
    environment: null,
    storage,
    access,
    secret: '',
  } as const;
  const spec = runicorn.launch(input);
  // Its settings are not the user's own.
  const env = { ...spec.env, HOME: directory, XDG_CONFIG_HOME: join(directory, 'config') };
  return startViewer({ ...spec, env }, directory);
};

/** Seconds from the start of Runicorn's viewer to its first 200, on this machine. */
export const timeBareStart = async (input: RunicornInput): Promise<number> => {
  const startedMs = systemClock.monotonicMs();
  const viewer = await startRunicorn(input);
  await viewer.get(runicorn.healthPath);
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  await viewer.process.terminate();
  await rm(join(input.directory, 'viewer.sock'), { force: true });
  return seconds;
};

/** Runicorn's own remote feature, driven by the HTTP API of a viewer that runs on this machine. */
export interface OwnRemote {
  /** All that its page asks for from the wish to the first 200 through its tunnel, in seconds. */
  open(): Promise<number>;
  close(): Promise<void>;
}

export const startOwnRemote = async (
  input: RunicornInput & { readonly lab: Lab },
): Promise<OwnRemote> => {
  const { lab, storage } = input;
  const viewer = await startRunicorn(input);
  if (viewer.endpoint.kind !== 'socket') throw new Error('Runicorn does not serve its socket.');
  const socketPath = viewer.endpoint.path;
  const call = (path: string, body?: unknown) => callJson({ socketPath, path, body });
  const server = { host: '127.0.0.1', port: lab.port, username: lab.user };
  const login = {
    ...server,
    private_key_path: join(lab.directory, CLIENT_KEY_FILE),
    use_agent: false,
  };

  const connect = async () => {
    const { status, body } = await call('/api/remote/connect', login);
    if (status !== 409) return connectedSchema.parse(body).connection_id;
    // Once in a lab: the host key is confirmed, as a person would.
    const { host_key } = unknownKeySchema.parse(body).detail;
    await call('/api/remote/known-hosts/accept', host_key);
    const again = await call('/api/remote/connect', login);
    return connectedSchema.parse(again.body).connection_id;
  };

  return {
    open: async () => {
      const startedMs = systemClock.monotonicMs();
      const id = encodeURIComponent(await connect());
      await call(`/api/remote/conda-envs?connection_id=${id}`);
      await call(`/api/remote/config?connection_id=${id}&conda_env=system`);
      const started = await call('/api/remote/viewer/start', { ...login, remote_root: storage });
      const { sessionId, localPort } = startedSchema.parse(started.body).session;
      await getOk({ place: { host: '127.0.0.1', port: localPort }, path: runicorn.healthPath });
      const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
      await call('/api/remote/viewer/stop', { session_id: sessionId });
      await call('/api/remote/disconnect', server);
      // What it leaves on the server, which is this machine.
      await rm(`/tmp/runicorn_viewer_${sessionId}.log`, { force: true });
      return seconds;
    },
    close: viewer.process.terminate,
  };
};

const connectedSchema = z.object({ connection_id: z.string() });
const unknownKeySchema = z.object({ detail: z.object({ host_key: z.unknown() }) });
const startedSchema = z.object({
  session: z.object({ sessionId: z.string().regex(/^[\w-]+$/), localPort: z.number() }),
});

interface JsonCall {
  readonly socketPath: string;
  readonly path: string;
  /** Sent by POST; without one it is a GET. */
  readonly body: unknown;
}

/** @throws Error where the status tells a failure other than 409, which asks for a confirmation */
const callJson = ({ socketPath, path, body }: JsonCall) =>
  new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const call = request(
      {
        ...{ socketPath, path, agent: false, method: body === undefined ? 'GET' : 'POST' },
        headers: { 'content-type': 'application/json' },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = answer.statusCode ?? 0;
          if (status === 200 || status === 409) resolve({ status, body: JSON.parse(text) });
          else reject(new Error(`Runicorn answered ${path} with ${status}: ${text}`));
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
