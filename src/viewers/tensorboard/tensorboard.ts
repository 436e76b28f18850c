import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/data/environment';

/** TensorBoard, by its own application on a socket; TensorFlow need not be installed. */
export const tensorboard: PackagedViewer = {
  comes: 'in-environment',
  id: 'tensorboard',
  title: 'TensorBoard',
  distributions: [
    // The oldest with `--load_fast`, which must be switched off.
    { distribution: 'tensorboard', oldestVersion: '2.5.0' },
  ],
  capability: 'reads',
  notice: undefined,
  data: [{ kind: 'file', name: '*.tfevents.*' }],
  startedAs: {
    programs: ['tensorboard', '-m tensorboard.main', '-m tensorboard'],
    options: ['--logdir', '--logdir_spec'],
    prefix: ['--path_prefix'],
    list: 'tensorboard',
  },
  takes: 'directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  // Where TensorFlow is installed, TensorBoard imports it.
  slowStartS: 60,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    // Its list of instances, in the directory for temporary files, would name one that has no port.
    env: { TMPDIR: '{runtime}' },
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};
