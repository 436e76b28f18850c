import { posix } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/health';

/** MLflow's tracking server, with one worker instead of four, on a socket by uvicorn's own option. */
export const mlflow: PackagedViewer = {
  comes: 'in-environment',
  id: 'mlflow',
  title: 'MLflow',
  // The first that runs on uvicorn.
  distributions: [{ distribution: 'mlflow', oldestVersion: '3.3.0' }],
  capability: 'may-write',
  notice:
    'MLflow brings a database of an older release to its own schema at the start, and its pages can change and delete runs.',
  data: [
    { kind: 'file', name: 'mlflow.db' },
    { kind: 'file', name: '*.db', contains: 'registered_models' },
    { kind: 'directory', name: 'mlruns' },
  ],
  startedAs: {
    programs: ['mlflow', '-m mlflow'],
    commands: ['server', 'ui'],
    options: ['--backend-store-uri'],
    variable: 'MLFLOW_BACKEND_STORE_URI',
    prefix: ['--static-prefix'],
  },
  takes: 'file-or-directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  slowStartS: 120,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    // Its runner of jobs would be one more process for each core, for nothing that is shown.
    env: { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true' },
    searchFirst: posix.dirname(python),
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
