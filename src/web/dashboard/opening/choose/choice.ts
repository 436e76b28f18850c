import type { EnvironmentOption, Question, ViewerOption } from '../../../../hub/api/contract.ts';

/** What an environment has of one viewer. */
export type ViewerInEnvironment = EnvironmentOption['viewers'][number];

/** What is chosen so far of what a server has. */
export interface ChoiceDraft {
  readonly viewer: string;
  /** Interpreter of the environment; null with a viewer that needs none. */
  readonly python: string | null;
  readonly storage: string;
  /** `environment`: goes with it; `typed`: the user's own, whatever environment is chosen. */
  readonly storageFrom: 'environment' | 'typed';
}

/** What porthole would take by itself. */
export const suggestedChoice = (question: Question): ChoiceDraft => {
  const { viewer, python, storage } = question.suggestion;
  return {
    ...{ viewer, python },
    storage: storage ?? storageOf(question, environmentOf(question, python)),
    storageFrom: 'environment',
  };
};

/** The choice as far as it still holds after the server has been looked at again. */
export const keptChoice = (question: Question, draft: ChoiceDraft): ChoiceDraft => {
  const isThere = draft.python === null || environmentOf(question, draft.python) !== undefined;
  if (isThere) return draft;
  const suggested = suggestedChoice(question);
  return draft.storageFrom === 'typed'
    ? { ...suggested, storage: draft.storage, storageFrom: 'typed' }
    : suggested;
};

/** Chooses an environment, with the viewer that it can run; null: one that needs none. */
export const withEnvironment = (
  question: Question,
  draft: ChoiceDraft,
  python: string | null,
): ChoiceDraft => {
  const environment = environmentOf(question, python);
  const viewer = environment === undefined ? bundledOf(question) : viewerIn(environment, draft);
  const storage = draft.storageFrom === 'typed' ? draft.storage : storageOf(question, environment);
  return { ...draft, python: environment?.python ?? null, storage, viewer: viewer ?? draft.viewer };
};

const viewerIn = ({ viewers }: EnvironmentOption, draft: ChoiceDraft): string | undefined => {
  const suitable = viewers.filter(({ suitability }) => suitability === 'suitable');
  const same = suitable.find(({ viewer }) => viewer === draft.viewer);
  return (same ?? suitable[0] ?? viewers[0])?.viewer;
};

const storageOf = (question: Question, environment: EnvironmentOption | undefined): string =>
  environment?.storage ?? question.storageRoots[0]?.path ?? '';

/** The viewer that comes with porthole. */
export const bundledOf = ({ viewers }: Question): string | undefined =>
  viewers.find(({ comes }) => comes === 'with-porthole')?.id;

/** The environment of an interpreter. */
export const environmentOf = (
  { environments }: Question,
  python: string | null,
): EnvironmentOption | undefined =>
  python === null ? undefined : environments.find((one) => one.python === python);

export const viewerOf = ({ viewers }: Question, id: string): ViewerOption | undefined =>
  viewers.find((viewer) => viewer.id === id);

/** Whether a choice can be started, and if not, what is missing. */
export type Readiness =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'unsuitable';
      readonly environment: EnvironmentOption;
      readonly viewer: ViewerOption;
      readonly found: ViewerInEnvironment;
    }
  | { readonly kind: 'no-storage' };

export const readinessOf = (question: Question, draft: ChoiceDraft): Readiness => {
  const environment = environmentOf(question, draft.python);
  const viewer = viewerOf(question, draft.viewer);
  const found = environment?.viewers.find((one) => one.viewer === draft.viewer);
  if (environment !== undefined && viewer !== undefined && found !== undefined) {
    if (found.suitability !== 'suitable') {
      return { kind: 'unsuitable', environment, viewer, found };
    }
  }
  return draft.storage.trim() === '' ? { kind: 'no-storage' } : { kind: 'ready' };
};

/** Environments in which every word is found: in name, prefix, kind, version or a script in use. */
export const searchEnvironments = (
  environments: readonly EnvironmentOption[],
  text: string,
): readonly EnvironmentOption[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return environments;
  return environments.filter((environment) => {
    const { name, prefix, kind, pythonVersion, inUse, viewers } = environment;
    const all = [name, prefix, kind, pythonVersion, environment.storage]
      .concat(inUse.flatMap(({ pid, script }) => [String(pid), script]))
      .concat(viewers.flatMap(({ viewer, version }) => (version === null ? [] : [viewer, version])))
      .join('\n')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
};
