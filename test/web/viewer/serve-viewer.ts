import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from '../../../scripts/lib/ensure-built.ts';
import { loadPageFiles } from '../../../src/session/gateway/page-files.ts';
import type { RunningProcess } from '../../../src/ssh/runner.ts';
import { labRunner } from '../../lab/run.ts';
import { openGateway } from '../../session/gateway/raw-http.ts';

const SOURCE = join(import.meta.dirname, '../../../src/builtin');

const START =
  'import sys; sys.path.insert(0, sys.argv[1]); from porthole_viewer.main import main; main()';

/** The bundled viewer as a session shows it: its real server and gateway, its pages as they are shipped. */
export interface ServedViewer {
  /** With the token; a place behind the `#` can be added. */
  readonly url: string;
  /** Loses the way to the server, as a network does: the gateway stays and says so. */
  cut(): void;
  /** Finds it again. */
  mend(): void;
  /** Ends the gateway, as the end of porthole does; the server runs on. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Serves a storage root: pages from this machine, data from a process on a socket. */
export const serveViewer = async (options: {
  readonly storage: string;
  readonly manage?: boolean;
  /** Programs that the server finds before others. */
  readonly programs?: string;
}): Promise<ServedViewer> => {
  const pages = await loadPageFiles(join(dirname(await ensureBuilt()), 'viewer'));
  const directory = await mkdtemp(join(tmpdir(), 'porthole-viewer-'));
  const { storage, manage = false, programs } = options;
  const viewer = await startServer(
    { storage, manage, socket: join(directory, 'v.sock') },
    programs === undefined ? {} : { PATH: `${programs}:${process.env.PATH}` },
  );
  const tunnel = await openTunnel({
    from: join(directory, 't.sock'),
    to: join(directory, 'v.sock'),
  });
  const ready = { kind: 'ready', socketPath: join(directory, 't.sock') } as const;
  const gateway = await openGateway({ state: ready, serveLocal: pages.serve, holdMs: 0 });
  return {
    url: gateway.url,
    cut: () => {
      const lost = { reason: 'the network is down', sinceMs: Date.now() };
      gateway.setState({ kind: 'reconnecting', phase: 'waiting', ...lost });
      tunnel.cut();
    },
    mend: () => gateway.setState(ready),
    leave: () => gateway.close(),
    close: async () => {
      await gateway.close();
      await tunnel.close();
      viewer.stdin.end();
      await viewer.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const startServer = async (
  settings: { readonly socket: string; readonly storage: string; readonly manage: boolean },
  env: Readonly<Record<string, string>>,
): Promise<RunningProcess> => {
  const viewer = labRunner.start({
    file: 'python3',
    args: ['-I', '-S', '-B', '-c', START, SOURCE],
    env,
  });
  viewer.stdin.write(`${JSON.stringify(settings)}\n`);
  for await (const line of createInterface({ input: viewer.stdout })) {
    if (line.startsWith('\x1e{"listening"')) return viewer;
  }
  throw new Error(`The viewer's server did not start:\n${viewer.stderr.text()}`);
};

/** What a forward of ssh is to the gateway: a socket here that leads to the viewer's. */
const openTunnel = async ({ from, to }: { readonly from: string; readonly to: string }) => {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(from);
  await once(server, 'listening');
  const cut = (): void => {
    for (const one of open) one.destroy();
  };
  return {
    cut,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
