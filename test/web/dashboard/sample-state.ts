import type {
  EnvironmentOption,
  Failure,
  Host,
  Opening,
  Prompt,
  Question,
  Route,
  Saved,
  Session,
  Snapshot,
} from '../../../src/hub/api/contract.ts';

/** Seconds ago, as the API tells times. */
export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

export const sampleRoute = (change: Partial<Route> = {}): Route => ({
  ...{ hostname: '10.20.0.11', user: 'anna', port: 22, jumpHosts: [], proxyCommand: null },
  ...change,
});

export const sampleSession = (session: string, change: Partial<Session> = {}): Session => ({
  session,
  host: session,
  place: 'server',
  route: sampleRoute(),
  state: {
    ...{ kind: 'ready', phase: null, reason: null, attempt: null },
    ...{ since: ago(8_000), failure: null },
  },
  viewer: { id: 'runicorn', title: 'Runicorn', version: '0.6.0' },
  environment: {
    ...{ name: 'pytorch-env', kind: 'conda', prefix: '/home/anna/miniconda3/envs/pytorch-env' },
    python: '/home/anna/miniconda3/envs/pytorch-env/bin/python',
  },
  storage: '/data/experiments',
  access: 'read-only',
  localPort: 8081,
  address: 'http://localhost:8081/',
  startedAt: ago(8_010),
  readyAt: ago(8_000),
  latencyMs: 12.4,
  traffic: { requests: 312, bytesUp: 48_200, bytesDown: 4_420_000 },
  openedBy: 'dashboard',
  opening: null,
  ...change,
});

export const sampleFailure = (change: Partial<Failure> = {}): Failure => ({
  code: 'connection-timeout',
  message: 'gpu-lab does not answer on port 22.',
  hint: 'Is it switched on, and are you in its network (VPN)? A slow server: porthole --timeout 60.',
  output: 'ssh: connect to host 10.20.0.14 port 22: Connection timed out',
  causes: ['You are outside its network: the VPN is off.', 'The server is off or restarting.'],
  commands: ['ssh gpu-lab true', 'ping 10.20.0.14'],
  field: null,
  ...change,
});

export const sampleOpening = (host: string, change: Partial<Opening> = {}): Opening => ({
  opening: `opening-${host}`,
  target: { kind: 'ssh', host, port: null, user: null, auth: { kind: 'config' } },
  host,
  saved: null,
  session: host,
  startedAt: ago(2),
  steps: [
    { step: 'connect', status: 'done', startedAt: ago(2), ms: 312, detail: 'OpenSSH_9.6' },
    { step: 'probe', status: 'running', startedAt: ago(1), ms: null, detail: null },
  ],
  notes: [],
  route: sampleRoute({ jumpHosts: ['bastion'] }),
  latencyMs: 11.6,
  phase: { kind: 'working' },
  ...change,
});

export const sampleEnvironment = (
  name: string,
  change: Partial<EnvironmentOption> & { readonly runicorn?: string | null } = {},
): EnvironmentOption => {
  const { runicorn = null, ...rest } = change;
  const prefix = `/home/anna/miniconda3/envs/${name}`;
  return {
    ...{ name, kind: 'conda', prefix, python: `${prefix}/bin/python`, pythonVersion: '3.11.9' },
    ...{ inUse: [], problems: [], broken: false, storage: '/data/experiments' },
    viewers: [
      {
        viewer: 'runicorn',
        suitability: runicorn === null ? 'not-installed' : 'suitable',
        version: runicorn,
        install: runicorn === null ? `${prefix}/bin/python -m pip install runicorn` : null,
      },
      ...(name === 'jax'
        ? [
            {
              viewer: 'tensorboard',
              suitability: 'suitable',
              version: '2.19.0',
              install: null,
            } as const,
          ]
        : []),
    ],
    ...rest,
  };
};

export const sampleQuestion = (change: Partial<Question> = {}): Question => ({
  revision: 1,
  host: 'gpu-server',
  facts: {
    ...{ os: 'Ubuntu 22.04', hostname: 'gpu-server', user: 'anna', uid: 1000, home: '/home/anna' },
    ...{ shell: '/bin/bash', machineId: null, bootId: null },
  },
  gpus: [],
  viewers: [
    {
      ...{
        id: 'runicorn',
        title: 'Runicorn',
        comes: 'in-environment',
        capability: 'reads',
        version: null,
      },
      ...{ oldestVersion: '0.5.0', writeNotice: null, capability: 'reads' },
    },
    {
      ...{
        id: 'tensorboard',
        title: 'TensorBoard',
        comes: 'in-environment',
        capability: 'reads',
        version: null,
      },
      ...{ oldestVersion: '2.0', writeNotice: null, capability: 'reads' },
    },
    {
      ...{
        id: 'builtin',
        title: 'bundled viewer',
        comes: 'with-porthole',
        capability: 'reads',
        version: '0.1.0',
      },
      ...{ oldestVersion: null, writeNotice: null, capability: 'reads' },
    },
  ],
  environments: [
    sampleEnvironment('pytorch-env', {
      runicorn: '0.6.0',
      inUse: [{ pid: 41_822, script: 'train_vit.py', cwd: '/home/anna/vit' }],
    }),
    sampleEnvironment('jax', { runicorn: '0.5.3', pythonVersion: '3.12.4' }),
    sampleEnvironment('old-paper', {
      pythonVersion: '3.8.18',
      viewers: [
        {
          ...{ viewer: 'runicorn', suitability: 'too-old', version: '0.3.1' },
          install: '/home/anna/miniconda3/envs/old-paper/bin/python -m pip install -U runicorn',
        },
      ],
    }),
    sampleEnvironment('diffusion', { kind: 'venv', prefix: '/home/anna/diffusion/.venv' }),
    sampleEnvironment('system', {
      ...{ kind: 'system', prefix: '/usr', python: '/usr/bin/python3', pythonVersion: '3.10.12' },
      storage: null,
    }),
  ],
  storageRoots: [
    {
      ...{
        path: '/data/experiments',
        source: 'RUNICORN_DIR',
        data: ['runicorn'],
        runs: 128,
        runsCapped: false,
      },
      modifiedAt: Date.now() / 1000 - 60,
    },
    {
      ...{
        path: '/home/anna/runicorn_data',
        source: 'default',
        data: ['runicorn'],
        runs: 7,
        runsCapped: false,
      },
      modifiedAt: Date.now() / 1000 - 86_400,
    },
  ],
  running: [],
  partial: [],
  probeMs: 54,
  suggestion: {
    viewer: 'runicorn',
    python: '/home/anna/miniconda3/envs/pytorch-env/bin/python',
    storage: '/data/experiments',
    reason: 'a training runs from it, and it has the newest Runicorn',
  },
  ...change,
});

export const samplePrompt = (change: Partial<Prompt> = {}): Prompt => ({
  id: 'prompt-1',
  for: { kind: 'opening', opening: 'opening-gpu-server' },
  kind: 'password',
  text: "anna@gpu-server's password: ",
  host: 'gpu-server',
  echo: 'hidden',
  hostKey: null,
  askedAt: ago(1),
  ...change,
});

export const sampleSaved = (name: string, change: Partial<Saved> = {}): Saved => ({
  saved: `saved-${name}`,
  name,
  target: { kind: 'ssh', host: 'gpu-server', port: null, user: null, auth: { kind: 'config' } },
  viewer: null,
  environment: '/home/anna/miniconda3/envs/pytorch-env',
  storage: '/data/experiments',
  access: 'read-only',
  createdAt: ago(900_000),
  lastOpenedAt: ago(7_200),
  ...change,
});

export const sampleHost = (host: string, change: Partial<Host> = {}): Host => ({
  ...{ host, alias: { file: '/home/anna/.ssh/config', line: 3 }, lastUsedAt: null, saved: [] },
  target: null,
  ...change,
});

export const sampleSnapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  run: 'run-1',
  index: 1,
  hub: {
    ...{ version: '0.1.0', pid: 4242, placement: 'terminal', startedAt: ago(9_000), port: 23_300 },
    ...{ hostname: 'laptop', user: 'anna', home: '/home/anna' },
    viewers: sampleQuestion().viewers,
  },
  ...{ sessions: [], openings: [], prompts: [], saved: [] },
  settings: { port: 23_300, browser: 'default', graceS: 120, theme: 'system' },
  ...change,
});
