import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/api/health';

/** Runicorn's own viewer, from the environment that it is installed in. */
export const runicorn: PackagedViewer = {
  comes: 'in-environment',
  id: 'runicorn',
  title: 'Runicorn',
  distributions: [
    // The oldest release whose viewer package has `create_app`.
    { distribution: 'runicorn', oldestVersion: '0.5.0' },
  ],
  capability: 'may-write',
  notice: "Runicorn's own viewer may rewrite the status files of runs that it takes for dead.",
  // The probe counts its runs; they are no matter of names.
  data: [],
  startedAs: {
    programs: ['runicorn', '-m runicorn'],
    commands: ['viewer'],
    options: ['--storage'],
    variable: 'RUNICORN_DIR',
  },
  takes: 'directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  slowStartS: 30,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
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
