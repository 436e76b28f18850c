import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/version';

/** Trackio's dashboard, by its own application on a socket. */
export const trackio: PackagedViewer = {
  comes: 'in-environment',
  id: 'trackio',
  title: 'Trackio',
  distributions: [{ distribution: 'trackio', oldestVersion: '0.30.0' }],
  capability: 'may-write',
  notice: 'Trackio keeps its databases in order while it runs: it may write beside them.',
  // Runicorn's index has a table of metrics as well, but calls no column so (sqlite_storage.py of Trackio 0.43).
  data: [{ kind: 'file', name: '*.db', contains: 'run_name TEXT' }],
  startedAs: {
    programs: ['trackio', '-m trackio'],
    commands: ['show'],
    variable: 'TRACKIO_DIR',
  },
  takes: 'directory',
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
    env: { TRACKIO_DIR: storage },
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
