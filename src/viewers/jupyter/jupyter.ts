import { posix } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

/** Answers without the token, too: the server's own check has none. */
const HEALTH_PATH = '/api';

/** JupyterLab or Notebook, by its own option for a socket; its token is porthole's business alone. */
export const jupyter: PackagedViewer = {
  comes: 'in-environment',
  id: 'jupyter',
  title: 'Jupyter',
  distributions: [
    { distribution: 'jupyterlab', oldestVersion: '4.0.0' },
    { distribution: 'notebook', oldestVersion: '7.0.0' },
  ],
  capability: 'executes-code',
  notice: 'Jupyter runs code on the server, with all the rights of your account there.',
  data: [{ kind: 'file', name: '*.ipynb' }],
  startedAs: {
    programs: [
      ...['jupyter', 'jupyter-lab', 'jupyter-notebook', 'jupyter-server'],
      ...['-m jupyterlab', '-m notebook', '-m jupyter_server'],
    ],
    list: 'jupyter',
  },
  takes: 'file-or-directory',
  withoutStorage: 'home',
  listens: 'socket',
  token: { header: 'Authorization', value: (secret) => `token ${secret}` },
  healthPath: HEALTH_PATH,
  slowStartS: 60,
  launch: ({ session, python, storage, secret }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    env: {
      JUPYTER_TOKEN: secret,
      // Connection files of kernels, and what others could adopt, go with the session.
      JUPYTER_RUNTIME_DIR: '{runtime}',
    },
    searchFirst: posix.dirname(python),
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
