import { sampleHost, sampleQuestion, sampleRoute } from './sample-state.ts';
import type { StandInHub } from './stand-in-hub.ts';

/** The hub answers as it would on a machine with a few hosts, two keys and a server with environments. */
export const answerAsUsual = (hub: StandInHub): void => {
  hub.on('GET /api/hosts', () => ({
    problem: null,
    hosts: [
      sampleHost('gpu-server', { lastUsedAt: new Date().toISOString() }),
      sampleHost('lab-a100'),
      ...Array.from({ length: 12 }, (_, i) => sampleHost(`gpu-node-${i + 1}`)),
    ],
  }));
  hub.on('POST /api/hosts/resolve', ({ body }) => {
    const { host } = (body as { target: { host: string } }).target;
    const jumpHosts = host.includes('node') ? ['bastion'] : [];
    return {
      ...sampleRoute({ hostname: `10.20.0.${host.length}`, jumpHosts }),
      ...{ host, identityFiles: [] },
    };
  });
  hub.on('GET /api/keys', () => ({ directory: '/home/anna/.ssh', keys: [key('id_ed25519')] }));
  hub.on('POST /api/keys/check', ({ body }) => {
    const { path } = body as { path: string };
    return path.endsWith('id_ed25519')
      ? key('id_ed25519')
      : { ...key('x'), path, kind: 'missing', problem: `There is no file ${path}.` };
  });
  hub.on('GET /api/agent', () => ({
    state: 'running',
    reason: null,
    keys: [
      {
        ...{ bits: 256, fingerprint: 'SHA256:Xk2fQy9v0mJrW1sT8cZ3aB6dE5gH7iKlMnOpQrStUvw' },
        ...{ comment: 'anna@laptop', type: 'ED25519' },
      },
    ],
  }));
  hub.on('POST /api/here/look', () => ({
    ...{ hostname: 'laptop', user: 'anna', home: '/home/anna', gpus: [] },
    storageRoots: [
      {
        ...{ path: '/home/anna/runicorn_data', source: 'default', data: ['runicorn'], runs: 12 },
        ...{ runsCapped: false, modifiedAt: Date.now() / 1000 - 8_000 },
      },
    ],
  }));
  hub.on('GET /api/openings/{opening}/question', () => sampleQuestion());
  hub.on('POST /api/openings/{opening}/refresh', () => undefined);
  hub.on('POST /api/openings/{opening}/choice', () => undefined);
  hub.on('POST /api/openings/{opening}/cancel', () => undefined);
  hub.on('DELETE /api/openings/{opening}', () => undefined);
  hub.on('POST /api/openings', () => ({ opening: 'opening-gpu-server' }));
  hub.on('POST /api/openings/{opening}/check-path', ({ body }) => {
    const { path } = body as { path: string };
    const isThere = path.startsWith('/data');
    return {
      ...{ path, kind: isThere ? 'directory' : 'missing', readable: isThere, writable: false },
      ...{ runs: isThere ? 9 : 0, runsCapped: false, nearestParent: isThere ? null : '/nowhere' },
    };
  });
  hub.on('POST /api/openings/{opening}/list', ({ body }) => ({
    ...{ path: (body as { path: string }).path, parent: '/data', truncated: false, problem: null },
    entries: [
      { name: 'archive', readable: true, isRoot: false },
      { name: 'private', readable: false, isRoot: false },
      { name: 'vit', readable: true, isRoot: true },
    ],
  }));
  hub.on('GET /api/openings/{opening}/log', () => LOG);
  hub.on('GET /api/sessions/{session}/log', () => LOG);
  hub.on('POST /api/prompts/{prompt}/answer', () => undefined);
  hub.on('POST /api/sessions/{session}/stop', () => ({ stopped: [] }));
  hub.on('POST /api/sessions/stop-all', () => ({ stopped: [] }));
  hub.on('POST /api/sessions/{session}/retry', () => undefined);
  hub.on('POST /api/sessions/{session}/ticket', () => ({ url: `${hub.url}?ticket=t` }));
  hub.on('POST /api/sessions/{session}/url', () => ({ url: 'http://localhost:8081/?token=t' }));
  hub.on('POST /api/saved', () => ({}));
  hub.on('PUT /api/saved/{saved}', () => ({}));
  hub.on('DELETE /api/saved/{saved}', () => undefined);
  hub.on('POST /api/saved/{saved}/open', () => ({ opening: 'opening-gpu-server' }));
  hub.on('PATCH /api/settings', ({ body }) => body);
  hub.on('POST /api/doctor', () => [
    { kind: 'started', doctor: 'd1' },
    {
      kind: 'check',
      check: {
        ...{ id: 'name', title: 'Name', status: 'failed', detail: null, ms: 4 },
        problem: {
          ...{ code: 'host-unresolvable', message: 'The name is not known.', hint: null },
          command: 'ssh -G gpu-lab',
        },
      },
    },
    { kind: 'done', outcome: 'failed' },
  ]);
};

const key = (name: string) => ({
  ...{ path: `/home/anna/.ssh/${name}`, label: `~/.ssh/${name}`, kind: 'private-key' },
  ...{ type: 'ed25519', encrypted: true, tooOpen: false, comment: 'anna@laptop', problem: null },
});

const LOG = `INFO:     Started server process [41833]
\u001b[32mINFO\u001b[0m:     Application startup complete.
INFO:     Uvicorn running on socket /tmp/porthole-1000/s-1/viewer.sock
`;
