import type { PackagedViewer } from '../adapter.ts';
import { launchPython } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/api/health';

/** Runicorn's own viewer, from the environment that it is installed in. */
export const runicorn: PackagedViewer = {
  comes: 'in-environment',
  id: 'runicorn',
  title: 'Runicorn',
  distribution: 'runicorn',
  // The oldest release whose viewer package has `create_app`.
  oldestVersion: '0.5.0',
  writeNotice: "Runicorn's own viewer may rewrite the status files of runs that it takes for dead.",
  healthPath: HEALTH_PATH,
  launch: ({ session, python, storage }) => ({
    ...launchPython({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    env: { RUNICORN_DIR: storage },
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
