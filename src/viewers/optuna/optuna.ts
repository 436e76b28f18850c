import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/api/meta';

/** optuna-dashboard, by its own WSGI application on a socket. */
export const optuna: PackagedViewer = {
  comes: 'in-environment',
  id: 'optuna',
  title: 'Optuna Dashboard',
  distributions: [{ distribution: 'optuna-dashboard', oldestVersion: '0.15.0' }],
  capability: 'may-write',
  notice: 'The pages of Optuna Dashboard can change and delete studies.',
  data: [
    { kind: 'file', name: '*.db', contains: 'trial_values' },
    { kind: 'file', name: '*.sqlite', contains: 'trial_values' },
    { kind: 'file', name: '*.sqlite3', contains: 'trial_values' },
    { kind: 'file', name: '*.log', contains: '"op_code"' },
    { kind: 'file', name: '*.journal', contains: '"op_code"' },
    { kind: 'file', name: '*.jsonl', contains: '"op_code"' },
  ],
  startedAs: { programs: ['optuna-dashboard'], word: true },
  takes: 'file-or-directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  slowStartS: 60,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    env: {},
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
