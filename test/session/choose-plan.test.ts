import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/remote/protocol.ts';
import { choosePlan, planFromMemory } from '../../src/session/choose-plan.ts';
import type { Interaction, PlanQuestion } from '../../src/session/interaction.ts';
import type { OpenRequest } from '../../src/session/open-request.ts';
import { refusingPrompter } from '../../src/ssh/askpass/prompt.ts';
import { environment, probe, root } from './probe-samples.ts';

const REQUEST: OpenRequest = {
  target: { host: 'gpu' },
  sshEnvironment: {},
  viewer: null,
  environment: null,
  storage: null,
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

const choose = (
  environments: readonly Environment[],
  request: Partial<OpenRequest> = {},
  interaction: Partial<Interaction> = {},
) =>
  choosePlan({
    request: { ...REQUEST, ...request },
    probe: probe(environments, [root('/data')]),
    interaction: { ...nobody, ...interaction },
    signal: new AbortController().signal,
  });

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
    expect(plan.environment.name).toBe('b');
  });

  test('takes the one that a training runs in, without asking', async () => {
    const inUse = [{ pid: 1, script: 'train.py', cwd: '/w' }];
    const plan = await choose([environment('a'), environment('b', { inUse })]);
    expect(plan.environment.name).toBe('b');
  });

  test('puts the choice to the user where there is one, with a suggestion', async () => {
    const asked: PlanQuestion[] = [];
    const plan = await choose(
      [environment('a'), environment('b')],
      {},
      {
        choose: async (question) => {
          asked.push(question);
          return { prefix: '/home/ada/b', storage: '~/other' };
        },
      },
    );
    expect(asked[0]?.suggestion).toEqual({ prefix: '/home/ada/a', storage: '/data' });
    expect(plan).toMatchObject({ environment: { name: 'b' }, storage: '/home/ada/other' });
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
            environment: 'a',
            storage: '/data',
            runs: 3,
          });
          return 'cancel';
        },
      },
    );
    await expect(declined).rejects.toMatchObject({ code: 'interrupted' });
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

describe('a remembered choice', () => {
  const CHOICE = {
    viewer: 'runicorn',
    viewerVersion: '0.6.0',
    environment: { name: 'a', kind: 'venv' as const, prefix: '/p/a', python: '/p/a/bin/python' },
    storage: '/data',
  };
  const recall = (request: Partial<OpenRequest> = {}) =>
    planFromMemory({ ...REQUEST, ...request }, CHOICE)?.environment.name;

  test('holds for a request that asks for nothing else', () => {
    expect(recall()).toBe('a');
    expect(recall({ environment: 'a', storage: '/data', viewer: 'runicorn' })).toBe('a');
    expect(recall({ environment: '/p/a/' })).toBe('a');
  });

  test('gives way to another environment, storage or viewer, and to --pick', () => {
    expect(recall({ environment: 'b' })).toBeUndefined();
    expect(recall({ storage: '/other' })).toBeUndefined();
    expect(recall({ viewer: 'other' })).toBeUndefined();
    expect(recall({ choice: 'pick' })).toBeUndefined();
  });

  test('of a viewer that this porthole does not have counts for nothing', () => {
    expect(planFromMemory(REQUEST, { ...CHOICE, viewer: 'gone' })).toBeUndefined();
  });
});
