import { describe, expect, test } from 'vitest';
import { adoptPlan, checkAdoptWishes, runningNote } from '../../src/session/adopt-plan.ts';
import { type ChoosePlanInput, choosePlan } from '../../src/session/choose-plan.ts';
import type { PlanAnswer, PlanQuestion } from '../../src/session/interaction.ts';
import type { OpenRequest } from '../../src/session/open-request.ts';
import { healthPathOf, isHealthy } from '../../src/session/plan.ts';
import { refusingPrompter } from '../../src/ssh/askpass/prompt.ts';
import { environment, probe, root, running } from './probe-samples.ts';

const REQUEST: OpenRequest = {
  target: { host: 'gpu' },
  sshEnvironment: {},
  ...{ viewer: null, command: null, adopt: null, environment: null, storage: null },
  ...{ access: 'read-only', localPort: null, choice: 'remembered', confirmation: 'assume-yes' },
  ...{ auth: 'token', timeoutMs: 1000, graceS: 60 },
};

const packages = { tensorboard: '2.21.0' };

const choose = async (
  request: Partial<OpenRequest>,
  found = probe(
    [environment('a', { packages })],
    [root('/data', { data: ['tensorboard'] })],
    [running()],
  ),
  answer?: PlanAnswer,
) => {
  const notes: string[] = [];
  const questions: PlanQuestion[] = [];
  const input: ChoosePlanInput = {
    request: { ...REQUEST, ...request },
    probe: found,
    ...{ remembered: undefined, outdated: undefined, noticesSaid: [] },
    interaction: {
      prompter: refusingPrompter,
      confirm: undefined,
      report: (event) => event.type === 'note' && notes.push(event.text),
      choose:
        answer &&
        (async (question) => {
          questions.push(question);
          return answer;
        }),
    },
    signal: new AbortController().signal,
  };
  return { plan: await choosePlan(input), notes, questions };
};

describe('a viewer that runs already', () => {
  test('is never taken unasked; where it shows the same, it is named', async () => {
    const { plan, notes } = await choose({ viewer: 'tensorboard' });
    expect(plan.kind).toBe('launch');
    expect(notes).toEqual([
      'TensorBoard 2.21.0 (process 4711, port 6006) already runs there on this data; porthole open gpu --adopt 4711 opens that one.',
    ]);
    const others = [running({ storage: '/other' }), running({ viewer: 'aim' })];
    const elsewhere = probe([environment('a', { packages })], [root('/data')], others);
    expect((await choose({ viewer: 'tensorboard', storage: '/data' }, elsewhere)).notes).toEqual([
      expect.not.stringContaining('--adopt'),
    ]);
  });

  test('is a plan of its own where it is named', async () => {
    const { plan } = await choose({ adopt: 4711 });
    expect(plan).toMatchObject({ kind: 'adopt', storage: '/data', environment: null });
    await expect(choose({ adopt: 4712 })).rejects.toMatchObject({
      code: 'adopt-refused',
      hint: 'Found: TensorBoard 2.21.0 (process 4711, port 6006).',
    });
  });

  test('is offered under --pick also where no environment has its viewer', async () => {
    const bare = probe([environment('a')], [root('/data')], [running()]);
    const { plan, questions } = await choose({ choice: 'pick' }, bare, { adopt: 4711 });
    expect(questions[0]?.running).toEqual([running()]);
    expect(plan.kind).toBe('adopt');
  });

  test('is offered under --pick only where its viewer may be chosen', async () => {
    const others = { choice: 'pick', viewer: 'runicorn' } as const;
    const found = probe([environment('a')], [root('/data')], [running()]);
    const { questions } = await choose(others, found, {
      ...{ viewer: 'runicorn', python: environment('a').python, storage: '/data' },
    });
    expect(questions[0]?.running).toEqual([]);
  });

  test('is asked below its own path, and well with whatever it answers', () => {
    const plan = adoptPlan({ running: [running({ home: '/p/x/' })] }, 4711, 'gpu');
    expect(healthPathOf(plan)).toBe('/p/x/data/environment');
    expect(isHealthy(plan, 404)).toBe(true);
  });

  test('whose storage is no path is called by its process', () => {
    const plan = adoptPlan({ running: [running({ storage: null })] }, 4711, 'gpu');
    expect(plan.storage).toBe('process 4711');
  });

  test.each([
    [{ viewer: 'aim' }, '--viewer'],
    [{ command: ['x'] }, 'a command (after --)'],
    [{ environment: 'a' }, '--env'],
    [{ storage: '/x' }, '--storage'],
    [{ access: 'manage' }, '--manage'],
    [{ choice: 'pick' }, '--pick'],
  ] as const)('takes no other wish beside it: %j', (wish, word) => {
    expect(() => checkAdoptWishes({ ...REQUEST, ...wish, adopt: 1 })).toThrow(
      `${word} has no meaning with it`,
    );
    expect(() => checkAdoptWishes({ ...REQUEST, ...wish })).not.toThrow();
  });

  test('is no reason for a note where another viewer opens the storage', () => {
    const { viewer, viewerVersion } = adoptPlan({ running: [running()] }, 4711, 'gpu');
    const plan = { kind: 'launch', viewer, viewerVersion, environment: null } as const;
    const found = { running: [running()] };
    const noteFor = (storage: string) =>
      runningNote({ ...plan, storage, access: 'read-only' }, found, 'gpu');
    expect(noteFor('/data')).toMatch(/^TensorBoard/);
    expect(noteFor('/other')).toBeUndefined();
  });
});
