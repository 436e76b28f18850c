import type {
  Environment,
  ProbeResult,
  RunningViewer,
  StorageRoot,
} from '../../src/remote/protocol/probe.ts';

/** An environment with Runicorn, as the probe tells it. */
export const environment = (name: string, changes: Partial<Environment> = {}): Environment => ({
  name,
  kind: 'venv',
  prefix: `/home/ada/${name}`,
  python: `/home/ada/${name}/bin/python`,
  pythonVersion: '3.11.7',
  packages: { runicorn: '0.6.0' },
  editable: [],
  inUse: [],
  problems: [],
  broken: false,
  ...changes,
});

/** Answer of the probe of a server where /home/ada is home. */
export const probe = (
  environments: readonly Environment[],
  storageRoots: readonly StorageRoot[] = [],
  runningViewers: readonly RunningViewer[] = [],
): ProbeResult => ({
  host: {
    os: 'Debian',
    hostname: 'gpu',
    user: 'ada',
    uid: 1000,
    home: '/home/ada',
    shell: '/bin/bash',
    machineId: null,
    bootId: null,
  },
  environments: [...environments],
  storageRoots: [...storageRoots],
  running: [...runningViewers],
  gpus: [],
  partial: [],
  ms: 1,
});

/** A storage root with three runs. */
export const root = (path: string, changes: Partial<StorageRoot> = {}): StorageRoot => ({
  path,
  source: 'default',
  data: [],
  runs: 3,
  runsCapped: false,
  modifiedAt: 100,
  ...changes,
});

/** A TensorBoard that its user runs. */
export const running = ({
  pid = 4711,
  ...changes
}: Partial<RunningViewer> & { readonly pid?: number } = {}): RunningViewer => ({
  viewer: 'tensorboard',
  process: { pid, startTime: '1', bootId: 'b' },
  endpoint: { kind: 'tcp', port: 6006 },
  home: '/',
  storage: '/data',
  version: '2.21.0',
  startedAt: 1_700_000_000,
  ...changes,
});
