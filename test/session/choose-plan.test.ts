import { describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { PortholeError } from '../../src/core/errors.ts';
import type { Environment, RunningViewer, StorageRoot } from '../../src/remote/protocol/probe.ts';
import { type ChoosePlanInput, choosePlan } from '../../src/session/choose-plan.ts';
import type {
  Interaction,
  OpenEvent,
  PlanQuestion,
  PlanSummary,
} from '../../src/session/interaction.ts';
import type { OpenRequest } from '../../src/session/open-request.ts';
import type { Plan } from '../../src/session/plan.ts';
import { isOutdated, planFromMemory } from '../../src/session/remembered-plan.ts';
import type { RememberedChoice } from '../../src/session/store.ts';
import { refusingPrompter } from '../../src/ssh/askpass/prompt.ts';
import { environment, probe, root, running } from './probe-samples.ts';

const REQUEST: OpenRequest = {
  target: { host: 'gpu' },
  sshEnvironment: {},
  viewer: null,
  command: null,
  adopt: null,
  environment: null,
  storage: null,
  access: 'read-only',
  localPort: null,
  choice: 'remembered',
  confirmation: 'ask',
  auth: 'token',
  timeoutMs: 1000,
  graceS: 60,
};

const nobody: Interaction = {
  prompter: refusingPrompter,
  choose: undefined,
  confirm: undefined,
  report: () => undefined,
};

const choose = async (
  environments: readonly Environment[],
  request: Partial<OpenRequest> = {},
  interaction: Partial<Interaction> = {},
  others: Partial<Pick<ChoosePlanInput, 'remembered' | 'outdated'>> = {},
) => {
  const plan = await choosePlan({
    request: { ...REQUEST, ...request },
    probe: probe(environments, [root('/data')]),
    interaction: { ...nobody, ...interaction },
    signal: new AbortController().signal,
    remembered: undefined,
    outdated: undefined,
    noticesSaid: ['runicorn'],
    ...others,
  });
  if (plan.kind !== 'launch') throw new Error('A viewer was adopted unasked.');
  return plan;
};

describe('choosing a plan', () => {
  test('takes the only environment that will do, without asking', async () => {
    const plan = await choose([environment('a'), environment('bare', { packages: {} })]);
    expect(plan).toMatchObject({
      environment: { name: 'a' },
      storage: '/data',
      viewerVersion: '0.6.0',
    });
  });

  test('refuses to guess between several where nobody can be asked, and names them', async () => {
    await expect(choose([environment('a'), environment('b')])).rejects.toMatchObject({
      code: 'environment-ambiguous',
      hint: expect.stringMatching(/--env a.*--env b.*--yes/),
    });
  });

  test('takes the best of several under --yes', async () => {
    const list = [environment('a'), environment('b', { packages: { runicorn: '0.7.2' } })];
    const plan = await choose(list, { confirmation: 'assume-yes' });
    expect(plan.environment?.name).toBe('b');
  });

  test('takes the one that a training runs in, without asking', async () => {
    const inUse = [{ pid: 1, script: 'train.py', cwd: '/w' }];
    const plan = await choose([environment('a'), environment('b', { inUse })]);
    expect(plan.environment?.name).toBe('b');
  });

  test('puts the choice to the user where there is one, with a suggestion', async () => {
    const asked: PlanQuestion[] = [];
    const plan = await choose(
      [environment('a'), environment('b')],
      {},
      {
        choose: async (question) => {
          asked.push(question);
          return { viewer: 'runicorn', python: '/home/ada/b/bin/python', storage: '~/other' };
        },
      },
    );
    expect(asked[0]?.viewers.map(({ id }) => id)).toEqual(['runicorn']);
    expect(asked[0]?.suggestion).toEqual({
      viewer: 'runicorn',
      python: '/home/ada/a/bin/python',
      storage: null,
      reason: 'the first of 2 with Runicorn 0.6.0',
    });
    expect(plan).toMatchObject({ environment: { name: 'b' }, storage: '/home/ada/other' });
  });

  test('offers every viewer that could run under --pick, the bundled one too, and takes the one picked', async () => {
    const asked: PlanQuestion[] = [];
    const pick = (viewer: string): Promise<Plan> =>
      choose(
        [environment('a'), environment('bare', { packages: {} })],
        { choice: 'pick' },
        {
          choose: async (question) => {
            asked.push(question);
            return { viewer, python: null, storage: '/data' };
          },
        },
      );
    expect(await pick('builtin')).toMatchObject({ viewer: { id: 'builtin' }, environment: null });
    expect(asked[0]?.viewers).toMatchObject([
      { id: 'runicorn', candidates: [{ python: '/home/ada/a/bin/python', version: '0.6.0' }] },
      { id: 'builtin', comes: 'with-porthole', candidates: [] },
    ]);
    await expect(pick('other')).rejects.toMatchObject({ code: 'viewer-unknown' });
  });

  test('asks under --pick even where there is nothing to choose, and says when it cannot', async () => {
    await expect(choose([environment('a')], { choice: 'pick' })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  test('shows what is to be started, with the run count, and starts nothing when declined', async () => {
    const declined = choose(
      [environment('a')],
      {},
      {
        confirm: async (summary) => {
          expect(summary).toMatchObject({
            host: 'gpu',
            environment: { name: 'a' },
            storage: '/data',
            runs: 3,
          });
          return 'cancel';
        },
      },
    );
    await expect(declined).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('confirms what was picked as well', async () => {
    const confirmed: PlanSummary[] = [];
    await choose(
      [environment('a'), environment('b')],
      {},
      {
        choose: async () => ({
          viewer: 'runicorn',
          python: '/home/ada/b/bin/python',
          storage: '/data',
        }),
        confirm: async (summary) => {
          confirmed.push(summary);
          return 'start';
        },
      },
    );
    expect(confirmed).toMatchObject([{ environment: { name: 'b' }, reason: null }]);
  });

  test('says what it took and why where nobody is asked', async () => {
    const said: OpenEvent[] = [];
    const list = [environment('a'), environment('b', { packages: { runicorn: '0.7.2' } })];
    await choose(list, { confirmation: 'assume-yes' }, { report: (event) => said.push(event) });
    expect(said).toMatchObject([{ type: 'note', text: 'took b: the newest Runicorn.' }]);
  });

  test('takes what was open last time before any other, without asking', async () => {
    const list = [environment('a', { packages: { runicorn: '0.7.2' } }), environment('b')];
    const plan = await choose(list, {}, {}, { remembered: remembered('b') });
    expect(plan.environment?.name).toBe('b');
    const gone = await choose([environment('c')], {}, {}, { remembered: remembered('b') });
    expect(gone.environment?.name).toBe('c');
  });

  test('does not try again what has just failed, but another version of it', async () => {
    const error = new PortholeError({ code: 'viewer-exited', message: 'It ended.' });
    const plan = await choose([environment('b')]);
    const again = (version: string) =>
      choose(
        [environment('b', { packages: { runicorn: version } })],
        {},
        {},
        {
          remembered: remembered('b'),
          outdated: { plan, error },
        },
      );
    await expect(again('0.6.0')).rejects.toBe(error);
    expect((await again('0.6.1')).viewerVersion).toBe('0.6.1');
  });

  test.each([
    ['~/runs', '/home/ada/runs'],
    ['~', '/home/ada'],
    ['runs', '/home/ada/runs'],
    ['/a/../b', '/b'],
    ['~other/x', '/home/ada/~other/x'],
  ])('takes the storage %s from the home on the server', async (storage, absolute) => {
    expect((await choose([environment('a')], { storage })).storage).toBe(absolute);
  });
});

describe('the bundled viewer', () => {
  const bare = environment('bare', { packages: {} });

  test('is taken, and this said, where no environment has a viewer', async () => {
    const notes: unknown[] = [];
    const report: Interaction['report'] = (event) => notes.push(event);
    const plan = await choose([bare], {}, { report });
    expect(plan).toMatchObject({ viewer: { id: 'builtin' }, environment: null, storage: '/data' });
    expect(notes).toEqual([{ type: 'note', text: expect.stringContaining('bundled viewer') }]);
    expect((await choose([])).viewer.id).toBe('builtin');
  });

  test('is taken where it is asked for, whatever the environments have', async () => {
    const plan = await choose([environment('a'), environment('b')], { viewer: 'builtin' });
    expect(plan).toMatchObject({ viewer: { id: 'builtin' }, environment: null });
  });

  test('is not put in the place of an environment that was named', async () => {
    await expect(choose([bare], { environment: 'bare' })).rejects.toMatchObject({
      code: 'viewer-missing',
      hint: expect.stringContaining('--viewer builtin'),
    });
    const both = choose([bare], { environment: 'bare', viewer: 'builtin' });
    await expect(both).rejects.toMatchObject({ code: 'usage' });
  });

  test('may change the storage only under --manage, which the summary says', async () => {
    const notices: (string | null)[] = [];
    const confirm: Interaction['confirm'] = async ({ notice }) => {
      notices.push(notice);
      return 'start';
    };
    const looking = await choose([bare], {}, { confirm });
    const managing = await choose([environment('a')], { access: 'manage' }, { confirm });
    expect([looking.access, managing.access]).toEqual(['read-only', 'manage']);
    expect(managing.viewer.id).toBe('builtin');
    expect(notices).toEqual([null, expect.stringContaining('--manage')]);
    const other = choose([environment('a')], { access: 'manage', viewer: 'runicorn' });
    await expect(other).rejects.toMatchObject({ code: 'usage' });
  });

  test('is remembered without an environment, and never with leave to manage', () => {
    const choice = {
      viewer: 'builtin',
      viewerVersion: '0.0.1',
      environment: null,
      storage: '/data',
    };
    expect(planFromMemory(REQUEST, choice)).toMatchObject({
      viewer: { id: 'builtin' },
      viewerVersion: version,
      access: 'read-only',
    });
    expect(planFromMemory({ ...REQUEST, access: 'manage' }, choice)?.access).toBe('manage');
  });
});

describe('a remembered choice', () => {
  const recall = (request: Partial<OpenRequest> = {}) =>
    planFromMemory({ ...REQUEST, ...request }, remembered('a'));

  test('holds for a request that asks for nothing else', () => {
    expect(recall()).toMatchObject({ environment: { name: 'a' }, storage: '/data' });
    expect(recall({ environment: 'a', storage: '/data', viewer: 'runicorn' })).toBeDefined();
    expect(recall({ environment: '/home/ada/a/' })).toBeDefined();
    expect(recall({ environment: '/home/ada/a/bin/python' })).toBeDefined();
  });

  test('holds for another storage where the viewer is named, but where only the server knows what ~ is', () => {
    expect(recall({ storage: '/other', viewer: 'runicorn' })).toMatchObject({
      environment: { name: 'a' },
      storage: '/other',
    });
    expect(recall({ storage: '~/other', viewer: 'runicorn' })).toBeUndefined();
    // It may hold what another viewer shows.
    expect(recall({ storage: '/other' })).toBeUndefined();
  });

  test('gives way to another environment or viewer, and to --pick', () => {
    expect(recall({ environment: 'b' })).toBeUndefined();
    expect(recall({ viewer: 'other' })).toBeUndefined();
    expect(recall({ viewer: 'auto' })).toBeUndefined();
    expect(recall({ choice: 'pick' })).toBeUndefined();
    expect(recall({ access: 'manage' })).toBeUndefined();
  });

  test('of a viewer that this porthole does not have counts for nothing', () => {
    expect(planFromMemory(REQUEST, { ...remembered('a'), viewer: 'gone' })).toBeUndefined();
  });

  test('is outdated by a missing storage, but not by one that was just asked for', () => {
    const error = new PortholeError({ code: 'storage-missing', message: 'No.' });
    expect(isOutdated(error, REQUEST)).toBe(true);
    expect(isOutdated(error, { ...REQUEST, storage: '/typo' })).toBe(false);
    expect(isOutdated(new PortholeError({ code: 'auth-failed', message: 'No.' }), REQUEST)).toBe(
      false,
    );
  });
});

describe('the viewer that is taken', () => {
  const both = environment('both', { packages: { runicorn: '0.6.0', tensorboard: '2.21.0' } });
  const board = environment('board', { packages: { tensorboard: '2.21.0' } });
  const old = environment('old', { packages: { tensorboard: '1.15.0' } });
  const pick = async (
    environments: readonly Environment[],
    roots: readonly StorageRoot[],
    request: Partial<OpenRequest> = {},
    notes: unknown[] = [],
    runningViewers: readonly RunningViewer[] = [],
  ) => {
    const plan = await choosePlan({
      request: { ...REQUEST, ...request },
      probe: probe(environments, roots, runningViewers),
      interaction: { ...nobody, report: (event) => notes.push(event) },
      signal: new AbortController().signal,
      remembered: undefined,
      outdated: undefined,
      noticesSaid: ['runicorn'],
    });
    return { viewer: plan.viewer.id, environment: plan.environment?.name, storage: plan.storage };
  };
  const events = root('/logs', { runs: 0, data: ['tensorboard'] });
  const nothing = root('/empty', { runs: 0 });

  test('is the one whose data the storage holds', async () => {
    const roots = [root('/data'), events];
    expect(await pick([both], roots, { storage: '/logs' })).toMatchObject({
      viewer: 'tensorboard',
    });
    expect(await pick([both], roots, { storage: '/data' })).toMatchObject({ viewer: 'runicorn' });
    expect(await pick([both], roots)).toMatchObject({ viewer: 'runicorn', storage: '/data' });
  });

  test('is the one that an environment has, where the data tells nothing', async () => {
    expect(await pick([board], [nothing], { storage: '/empty' })).toMatchObject({
      viewer: 'tensorboard',
      environment: 'board',
    });
    expect(await pick([old], [nothing], { storage: '/empty' })).toMatchObject({
      viewer: 'builtin',
    });
  });

  test('shows the storage that holds its data, of several, and asks for one where there is none', async () => {
    const wish = { viewer: 'tensorboard' };
    expect(await pick([board], [nothing, root('/data'), events], wish)).toMatchObject({
      storage: '/logs',
    });
    await expect(pick([board], [root('/data')], wish)).rejects.toMatchObject({
      code: 'storage-missing',
      message: expect.stringContaining('TensorBoard'),
    });
  });

  test('is said to be missing where the storage holds its data and only another one is there', async () => {
    const one = environment('one');
    await expect(pick([one], [events], { storage: '/logs' })).rejects.toMatchObject({
      code: 'viewer-missing',
      message: expect.stringMatching(/\/logs holds data of TensorBoard.*only Runicorn/),
      hint: expect.stringMatching(/pip install --upgrade tensorboard.*--viewer runicorn/),
    });
    expect(await pick([one], [events], { storage: '/logs', viewer: 'runicorn' })).toMatchObject({
      viewer: 'runicorn',
      storage: '/logs',
    });
  });

  test('is said to be missing together with the one that shows the same and runs already', async () => {
    const others = [
      running({ pid: 1, storage: '/other' }),
      running({ pid: 4711, storage: '/logs' }),
    ];
    const wish = { storage: '/logs' };
    await expect(pick([environment('one')], [events], wish, [], others)).rejects.toMatchObject({
      code: 'viewer-missing',
      hint: expect.stringMatching(/^--adopt 4711 opens TensorBoard 2\.21\.0 \(process 4711, /),
    });
  });

  test('is the bundled one for runs where Runicorn is in no environment, which is said', async () => {
    const notes: unknown[] = [];
    expect(await pick([board], [root('/data')], {}, notes)).toMatchObject({ viewer: 'builtin' });
    expect(notes).toMatchObject([{ type: 'note', text: expect.stringContaining('bundled') }]);
  });

  test('is the bundled one also where event files lie beside the runs, unless the storage was named', async () => {
    const mixed = root('/data', { data: ['tensorboard'] });
    expect(await pick([board], [mixed])).toMatchObject({ viewer: 'builtin' });
    const named = { storage: '/data' };
    expect(await pick([board], [mixed], named)).toMatchObject({ viewer: 'tensorboard' });
  });

  test('is one of the environment that was named', async () => {
    const list = [both, board];
    const notes: unknown[] = [];
    const wish = { environment: 'board', storage: '/data' };
    expect(await pick(list, [root('/data')], wish, notes)).toMatchObject({
      viewer: 'tensorboard',
      environment: 'board',
    });
    expect(notes).toMatchObject([
      { text: expect.stringMatching(/no data of TensorBoard.*\/data.*Runicorn/) },
    ]);
  });

  test('is the newest of several environments with it, and this is said', async () => {
    const newer = environment('newer', { packages: { tensorboard: '2.22.0' } });
    const notes: unknown[] = [];
    const wish = { storage: '/logs', confirmation: 'assume-yes' } as const;
    expect(await pick([board, newer], [events], wish, notes)).toMatchObject({
      environment: 'newer',
    });
    expect(notes).toMatchObject([{ text: 'took newer: the newest TensorBoard.' }]);
  });
});

describe('a viewer that runs code', () => {
  const lab = environment('lab', { packages: { jupyterlab: '4.4.0' } });
  const open = (
    request: Partial<OpenRequest>,
    { said = [], ...interaction }: Partial<Interaction> & { readonly said?: string[] } = {},
  ) =>
    choosePlan({
      request: { ...REQUEST, storage: '/notes', ...request },
      probe: probe([lab], [root('/notes', { runs: 0, data: ['jupyter'] })]),
      interaction: { ...nobody, ...interaction },
      signal: new AbortController().signal,
      remembered: undefined,
      outdated: undefined,
      noticesSaid: said,
    });
  const yes = { confirmation: 'assume-yes' } as const;

  test('asks a person the first time, also under --yes, and starts nothing without a yes', async () => {
    const asked: (string | null)[] = [];
    const answer = (word: 'start' | 'cancel') => ({
      confirm: async ({ notice }: PlanSummary) => {
        asked.push(notice);
        return word;
      },
    });
    await expect(open(yes, answer('cancel'))).rejects.toMatchObject({ code: 'interrupted' });
    expect((await open(yes, answer('start'))).viewer.id).toBe('jupyter');
    expect(asked).toEqual([
      expect.stringContaining('runs code'),
      expect.stringContaining('runs code'),
    ]);
    expect((await open(yes, { ...answer('cancel'), said: ['jupyter'] })).viewer.id).toBe('jupyter');
    expect(asked).toHaveLength(2);
  });

  test('is started where nobody can be asked only by its name and --yes, and says what it may do', async () => {
    const notes: OpenEvent[] = [];
    const report: Interaction['report'] = (event) => notes.push(event);
    await expect(open(yes)).rejects.toMatchObject({ code: 'consent-needed' });
    await expect(open({ viewer: 'jupyter' })).rejects.toMatchObject({ code: 'consent-needed' });
    expect((await open({ ...yes, viewer: 'jupyter' }, { report })).viewer.id).toBe('jupyter');
    expect(notes).toContainEqual({ type: 'note', text: expect.stringContaining('runs code') });
    expect((await open({}, { said: ['jupyter'] })).viewer.id).toBe('jupyter');
  });

  test('is not opened because it is installed, but for its data', async () => {
    const none = choosePlan({
      request: { ...REQUEST, ...yes },
      probe: probe([lab], [root('/data', { runs: 0 })]),
      interaction: nobody,
      signal: new AbortController().signal,
      remembered: undefined,
      outdated: undefined,
      noticesSaid: ['jupyter'],
    });
    expect((await none).viewer.id).toBe('builtin');
  });
});

const remembered = (name: string): RememberedChoice => ({
  viewer: 'runicorn',
  viewerVersion: '0.6.0',
  environment: {
    name,
    kind: 'venv',
    prefix: `/home/ada/${name}`,
    python: `/home/ada/${name}/bin/python`,
  },
  storage: '/data',
});
