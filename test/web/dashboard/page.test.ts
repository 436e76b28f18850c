import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Opening, SessionState, Snapshot, Target } from '../../../src/hub/api/contract.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip } from '../../lab/have-or-skip.ts';
import { scrollsSideways, seriousFindings, watchComplaints } from '../page-checks.ts';
import { answerAsUsual } from './sample-answers.ts';
import {
  sampleFailure,
  sampleHost,
  sampleOpening,
  samplePrompt,
  sampleQuestion,
  sampleSaved,
  sampleSession,
  sampleSnapshot,
} from './sample-state.ts';
import { Refusal, type StandInHub, serveStandIn } from './stand-in-hub.ts';

let browser: Browser | undefined;
let hub: StandInHub;
let page: Page;
let complaints: ReturnType<typeof watchComplaints>;

beforeAll(async () => {
  if (!CHROMIUM.have()) return;
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
});
afterAll(() => browser?.close());
beforeEach((context) => haveOrSkip(context, CHROMIUM));
afterEach(async () => {
  await page.close();
  await hub.close();
});

/** Opens the dashboard before a hub in this state. */
const open = async (state: Partial<Snapshot> = {}): Promise<void> => {
  hub = await serveStandIn(sampleSnapshot(state));
  answerAsUsual(hub);
  page = await newPage();
  complaints = watchComplaints(page);
  await page.goto(hub.url);
  await live();
};
const newPage = (): Promise<Page> => {
  if (browser === undefined) throw new Error('There is no browser');
  return browser.context.newPage();
};
const live = (of = page): Promise<void> => of.getByTitle('Live', { exact: true }).waitFor();
const server = (): Locator => page.getByRole('combobox', { name: 'Server' });
const button = (name: string, of: Page | Locator = page): Locator =>
  of.getByRole('button', { name, exact: true });
const dialog = (name: string | RegExp): Locator => page.getByRole('dialog', { name });
/** What was sent to a route, the last time. */
const sent = async (route: string): Promise<unknown> => {
  await expect.poll(() => hub.asked.some((one) => one.route === route)).toBe(true);
  return hub.asked.findLast((one) => one.route === route)?.body;
};

const choosing: Opening = sampleOpening('gpu-server', {
  phase: { kind: 'choosing', revision: 1, refreshing: false },
});
const openChooser = async (state: Partial<Snapshot> = {}): Promise<void> => {
  await open({ openings: [choosing], ...state });
  await button('gpu-server').click();
  await page.getByRole('table').waitFor();
};

describe('the server field', () => {
  test('has the focus, completes an alias by its first letters, and shows where ssh goes', async () => {
    await open();
    expect(await server().evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('lab');
    const option = page.getByRole('option', { name: /lab-a100/ });
    await option.getByText('anna@10.20.0.8').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await server().inputValue()).toBe('lab-a100');
    await page.getByText('ssh goes to anna@10.20.0.8').waitFor();
    await page.keyboard.press('Enter');
    expect(await sent('POST /api/openings')).toMatchObject({
      target: { kind: 'ssh', host: 'lab-a100', port: null, user: null, auth: { kind: 'config' } },
      choice: 'ask',
    });
    complaints.expectNone();
  });

  test('takes a port, a user and a key, completed from ~/.ssh', async () => {
    await open();
    await server().fill('10.1.2.3');
    await button('Port, user, sign-in').click();
    await page.getByLabel('Port').fill('2222');
    await page.getByLabel('Username').fill('bob');
    await page.getByText('SSH key').click();
    const key = page.getByRole('combobox', { name: 'Private key' });
    await key.fill('~/.ssh/id');
    await page.getByRole('option', { name: /id_ed25519.*asks for its passphrase/ }).click();
    await button('Connect').click();
    expect(await sent('POST /api/openings')).toMatchObject({
      target: {
        ...{ host: '10.1.2.3', port: 2_222, user: 'bob' },
        auth: { kind: 'key', path: '~/.ssh/id_ed25519' },
      },
    });
  });

  test('shows the keys of the agent', async () => {
    await open();
    await button('Port, user, sign-in').click();
    await page.getByText('Agent', { exact: true }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'anna@laptop' })
      .getByText(/SHA256:/)
      .waitFor();
  });

  test.each([
    ['a leading -', '-oProxyCommand=id', /begin with "-"/],
    ['a space', 'gpu server', /no spaces/],
    ['10,000 characters', 'a'.repeat(10_000), /at most 255/],
    ['port 70000', 'gpu:70000', /1 to 65535/],
  ])('says at once what is wrong with %s, and sends nothing', async (_, text, message) => {
    await open();
    await server().fill(text);
    await page.getByRole('alert').filter({ hasText: message }).waitFor();
    await button('Connect').click();
    expect(hub.asked.some(({ route }) => route === 'POST /api/openings')).toBe(false);
    expect(await server().inputValue()).toBe(text);
  });

  test('shows at the key what the hub says of it, and keeps what was typed', async () => {
    await open();
    hub.on('POST /api/openings', () => {
      const message = '~/.ssh/lab is a public key.';
      throw new Refusal(400, { code: 'key-unusable', message, field: 'target.auth.path' });
    });
    await server().fill('gpu-server');
    await button('Port, user, sign-in').click();
    await page.getByText('SSH key').click();
    await page.getByRole('combobox', { name: 'Private key' }).fill('~/.ssh/lab');
    await button('Connect').click();
    await page.getByRole('alert').filter({ hasText: 'is a public key' }).waitFor();
    await page.reload();
    await live();
    expect(await server().inputValue()).toBe('gpu-server');
    expect(await page.getByRole('combobox', { name: 'Private key' }).inputValue()).toBe(
      '~/.ssh/lab',
    );
  });

  test('takes port, user and sign-in of the last time along with the host', async () => {
    await open();
    const target: Target = {
      ...{ kind: 'ssh', host: 'lab', port: 2_222, user: 'bob' },
      auth: { kind: 'agent' },
    };
    hub.on('GET /api/hosts', () => ({ hosts: [sampleHost('lab', { target })], problem: null }));
    await page.reload();
    await live();
    await server().fill('la');
    await page.getByRole('option', { name: /lab/ }).click();
    await button('Connect').click();
    expect(await sent('POST /api/openings')).toMatchObject({ target });
  });

  test('offers what was used last, and opens it as last time', async () => {
    await open();
    await server().fill('gpu-server');
    await button('Open as last time').click();
    expect(await sent('POST /api/openings')).toMatchObject({
      ...{ choice: 'remembered', confirmation: 'assume-yes' },
    });
  });

  test('stays quick with 500 aliases and 50 sessions', async () => {
    const sessions = Array.from({ length: 50 }, (_, i) => sampleSession(`node-${i}`));
    await open({ sessions });
    const hosts = Array.from({ length: 500 }, (_, i) => sampleHost(`alias-${i}`));
    hub.on('GET /api/hosts', () => ({ hosts, problem: null }));
    await page.reload();
    await live();
    await server().fill('alias');
    await page.getByText('460 more hosts').waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'Ready' }).count()).toBe(50);
  });
});

describe('the choice', () => {
  test('has the best environment chosen, says why, and starts what the summary shows', async () => {
    await openChooser();
    const best = page.getByRole('radio', { name: 'Use the environment pytorch-env' });
    expect(await best.isChecked()).toBe(true);
    const row = page.getByRole('row').filter({ hasText: 'pytorch-env' });
    for (const text of ['Best', 'conda', '3.11.9', '0.6.0', '/data/experiments', '41822']) {
      await row.getByText(text).first().waitFor();
    }
    await page.getByText('128 runs · RUNICORN_DIR').waitFor();
    await button('Start the viewer').click();
    expect(await sent('POST /api/openings/opening-gpu-server/choice')).toEqual({
      viewer: 'runicorn',
      python: '/home/anna/miniconda3/envs/pytorch-env/bin/python',
      storage: '/data/experiments',
      confirmed: true,
    });
    complaints.expectNone();
  });

  test('shows the command that mends an environment without the viewer, and the way without', async () => {
    await openChooser();
    await page.getByRole('row').filter({ hasText: 'diffusion' }).click();
    await page.getByText('Runicorn is not installed in diffusion').waitFor();
    await page.getByText(/diffusion\/bin\/python -m pip install runicorn$/).waitFor();
    expect(await button('Start the viewer').isDisabled()).toBe(true);
    await button('Use the bundled viewer instead').click();
    await button('Start the viewer').click();
    expect(await sent('POST /api/openings/opening-gpu-server/choice')).toMatchObject({
      ...{ viewer: 'builtin', python: null },
    });
  });

  test('offers a viewer that runs already, and opens it as it is', async () => {
    await open({ openings: [choosing] });
    const running = { pid: 4711, viewer: 'tensorboard', title: 'TensorBoard', version: '2.21.0' };
    hub.on('GET /api/openings/{opening}/question', () =>
      sampleQuestion({ running: [{ ...running, at: 'port 6006', storage: '/home/anna/tb' }] }),
    );
    await button('gpu-server').click();
    await page.getByText('TensorBoard 2.21.0 runs there already').waitFor();
    await page.getByText('It shows /home/anna/tb, port 6006.').waitFor();
    await button('Open process 4711 as it is').click();
    expect(await sent('POST /api/openings/opening-gpu-server/choice')).toEqual({ adopt: 4711 });
    complaints.expectNone();
  });

  test('searches where there are many, and looks again', async () => {
    await open({ openings: [choosing] });
    const { environments } = sampleQuestion();
    const many = Array.from({ length: 45 }, (_, i) => ({
      ...{ ...(environments[1] ?? []), name: `project-${i}`, python: `/p/${i}/bin/python` },
    }));
    hub.on('GET /api/openings/{opening}/question', () => ({
      ...{ ...sampleQuestion(), environments: [...environments, ...many] },
    }));
    await button('gpu-server').click();
    await page.getByText('50 environments found').waitFor();
    await page.getByRole('textbox', { name: 'Search environments' }).fill('train_vit');
    await page.getByText('1 of 50 environments').waitFor();
    await button('Refresh').click();
    await sent('POST /api/openings/opening-gpu-server/refresh');
    const question = sampleQuestion({ revision: 2 });
    hub.on('GET /api/openings/{opening}/question', () => question);
    const phase = { kind: 'choosing', revision: 2, refreshing: false } as const;
    hub.tell({ kind: 'opening', opening: { ...choosing, phase } });
    await page.getByText('5 environments found').waitFor();
  });

  test('takes another directory, typed and checked on the server', async () => {
    await openChooser();
    const storage = page.getByRole('combobox', { name: 'Storage root' });
    await storage.fill('/nowhere/at/all');
    await page.getByRole('alert').filter({ hasText: 'What exists is /nowhere' }).waitFor();
    await storage.fill('/data/vit');
    await page.getByText('9 runs found').waitFor();
    await page.getByRole('row').filter({ hasText: 'jax' }).click();
    expect(await storage.inputValue()).toBe('/data/vit');
  });

  test('finds another directory by going through those of the server', async () => {
    await openChooser();
    await button('Browse').click();
    const browse = dialog('Directories on the server');
    await browse.getByRole('button', { name: /vit/ }).click();
    await browse.getByText('/data/experiments/vit', { exact: true }).waitFor();
    expect(await browse.getByRole('button', { name: /private/ }).isDisabled()).toBe(true);
    await button('Use this directory').click();
    const storage = page.getByRole('combobox', { name: 'Storage root' });
    expect(await storage.inputValue()).toBe('/data/experiments/vit');
  });

  test('is kept while another server is looked at', async () => {
    await openChooser();
    await page.getByRole('row').filter({ hasText: 'jax' }).click();
    await button('New').click();
    await server().fill('lab');
    await button('gpu-server').click();
    expect(await page.getByRole('radio', { name: /jax/ }).isChecked()).toBe(true);
    await button('New').click();
    expect(await server().inputValue()).toBe('lab');
  });
});

describe('a question of ssh', () => {
  test('is answered with what is typed, which stays nowhere', async () => {
    await open({ prompts: [samplePrompt()] });
    const asked = dialog('Password for gpu-server');
    await asked.getByText("anna@gpu-server's password:").waitFor();
    await page.keyboard.type('correct horse');
    expect(await asked.getByLabel('Password', { exact: true }).getAttribute('type')).toBe(
      'password',
    );
    await page.keyboard.press('Enter');
    expect(await sent('POST /api/prompts/prompt-1/answer')).toEqual({
      ...{ kind: 'answer', text: 'correct horse' },
    });
    hub.tell({ kind: 'prompt-gone', prompt: 'prompt-1' });
    await asked.waitFor({ state: 'detached' });
    const kept = await page.evaluate(
      () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + location.href,
    );
    expect(kept).not.toContain('horse');
    expect(await page.content()).not.toContain('horse');
  });

  test('shows a host key with its fingerprint, and is not closed by a slip', async () => {
    const hostKey = { host: 'gpu (10.0.0.1)', type: 'ED25519', fingerprint: 'SHA256:abcdef' };
    const text = 'Are you sure you want to continue connecting (yes/no)?';
    await open({ prompts: [samplePrompt({ kind: 'host-key', hostKey, text, echo: 'shown' })] });
    const asked = dialog('Is this gpu-server?');
    for (const word of ['ED25519', 'SHA256:abcdef', text]) await asked.getByText(word).waitFor();
    await page.mouse.click(5, 400);
    await asked.waitFor();
    await button('Accept and connect').click();
    expect(await sent('POST /api/prompts/prompt-1/answer')).toEqual({
      kind: 'answer',
      text: 'yes',
    });
  });

  test('is cancelled by Escape', async () => {
    await open({ prompts: [samplePrompt({ kind: 'code', text: 'Verification code:' })] });
    await dialog('Code for gpu-server').waitFor();
    await page.keyboard.press('Escape');
    expect(await sent('POST /api/prompts/prompt-1/answer')).toEqual({ kind: 'cancel' });
  });

  test('goes in one tab when it is answered in the other', async () => {
    await open({ prompts: [samplePrompt()] });
    const other = await newPage();
    await other.goto(hub.url);
    await other.getByRole('dialog').waitFor();
    hub.tell({ kind: 'prompt-gone', prompt: 'prompt-1' });
    await other.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await other.close();
  });

  test('says so when somebody was faster', async () => {
    await open({ prompts: [samplePrompt()] });
    hub.on('POST /api/prompts/{prompt}/answer', () => {
      throw new Refusal(409, { code: 'already-answered', message: 'Answered.' });
    });
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await page.getByText('That was answered already.').waitFor();
  });

  test('waits for a key to be touched, and goes by itself', async () => {
    const text = 'Confirm user presence for key ED25519-SK';
    await open({ prompts: [samplePrompt({ kind: 'notice', text })] });
    await dialog('Touch your key').getByText(text).waitFor();
    hub.tell({ kind: 'prompt-gone', prompt: 'prompt-1' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('a failure', () => {
  const failed = (failure: Parameters<typeof sampleFailure>[0]) =>
    open({
      openings: [
        sampleOpening('gpu-lab', {
          phase: { kind: 'failed', failure: sampleFailure(failure) },
        }),
      ],
    }).then(() => button('gpu-lab').click());

  test('says code, fact, causes and commands, and doctor is one press away', async () => {
    await failed({});
    const alert = page.getByRole('alert').filter({ hasText: 'does not answer on port 22' });
    await alert.getByText('connection-timeout').waitFor();
    await page.getByText('You are outside its network').waitFor();
    await page.getByText('ssh gpu-lab true').waitFor();
    await button('Run doctor').click();
    await page.getByText('Doctor found what is wrong').waitFor();
    await page.getByText('The name is not known.').waitFor();
    await button('Try again').click();
    expect(await sent('POST /api/openings')).toMatchObject({ target: { host: 'gpu-lab' } });
  });

  test('of a changed host key leaves no way on', async () => {
    const output = 'Offending ED25519 key in /home/anna/.ssh/known_hosts:12';
    await failed({ code: 'host-key-changed', message: 'gpu-lab shows another key.', output });
    await page.getByText(output).waitFor();
    expect(await button('Try again').count()).toBe(0);
    await button('Change what was typed').click();
    expect(await server().inputValue()).toBe('gpu-lab');
  });
});

describe('what is open', () => {
  const session = sampleSession('gpu-server');

  test('says state, viewer, environment, user, storage, port, latency and traffic', async () => {
    await open({ sessions: [session] });
    const card = page.getByRole('listitem', { name: 'gpu-server' });
    const words = [
      'Ready',
      'Runicorn 0.6.0',
      'pytorch-env',
      'anna@gpu-server',
      '/data/experiments',
    ];
    for (const word of [...words, ':8081', /2 h 1\d min/, '12 ms', '4.2 MB']) {
      await card.getByText(word).first().waitFor();
    }
    hub.tell({
      ...{ kind: 'measures', session: 'gpu-server', latencyMs: 77 },
      traffic: { requests: 1, bytesUp: 1, bytesDown: 9 * 1024 * 1024 },
    });
    await card.getByText('77 ms').waitFor();
    await card.getByText('9.0 MB').waitFor();
    complaints.expectNone();
  });

  test('opens in a new tab by a ticket, and stops', async () => {
    await open({ sessions: [session] });
    hub.on('POST /api/sessions/{session}/ticket', () => ({ url: `${hub.url}?viewer` }));
    const tab = page.context().waitForEvent('page');
    await button('Open gpu-server').click();
    await expect.poll(async () => (await tab).url()).toBe(`${hub.url}?viewer`);
    await (await tab).close();
    await button('Stop gpu-server').click();
    await sent('POST /api/sessions/gpu-server/stop');
    hub.tell({ kind: 'session-gone', session: 'gpu-server' });
    await page.getByText('Nothing yet.').waitFor();
  });

  test('shows the log of a viewer, and gives its address', async () => {
    await open({ sessions: [session] });
    await button('More for gpu-server').click();
    await page.getByRole('menuitem', { name: 'Logs' }).click();
    await page.getByRole('log').getByText('Application startup complete').waitFor();
    await page.keyboard.press('Escape');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('Copy the address of gpu-server, port 8081').click();
    await page.getByText('Address copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('token=');
  });

  test('says why it reconnects, and tries at once when it is told to', async () => {
    const state: SessionState = {
      ...session.state,
      kind: 'reconnecting',
      phase: 'waiting',
      attempt: 1,
      reason: 'the network is down',
    };
    await open({ sessions: [{ ...session, state }] });
    await page.getByText(/The network is down\. Trying again by itself/).waitFor();
    await button('Retry now').click();
    await sent('POST /api/sessions/gpu-server/retry');
    hub.tell({ kind: 'session', session });
    await page.getByRole('listitem', { name: 'gpu-server' }).getByText('Ready').waitFor();
  });

  test('stops all only once that is meant', async () => {
    await open({ sessions: [session, sampleSession('b')] });
    await button('Stop all').click();
    await dialog('Stop all 2 viewers?').getByRole('button', { name: 'Stop all' }).click();
    await sent('POST /api/sessions/stop-all');
  });
});

describe('when it is ready', () => {
  test('the viewer opens in a new tab of the page that asked for it', async () => {
    await open();
    hub.on('POST /api/sessions/{session}/ticket', () => ({ url: `${hub.url}?viewer` }));
    await server().fill('gpu-server');
    await button('Connect').click();
    await sent('POST /api/openings');
    const tab = page.context().waitForEvent('page');
    hub.tell({ kind: 'session', session: sampleSession('gpu-server') });
    const phase = { kind: 'ready', session: 'gpu-server', origin: 'opened' } as const;
    hub.tell({ kind: 'opening', opening: sampleOpening('gpu-server', { phase }) });
    await expect.poll(async () => (await tab).url()).toBe(`${hub.url}?viewer`);
    await (await tab).close();
    await page.getByText('Runicorn 0.6.0 shows /data/experiments').waitFor();
  });

  test('its tab opens also where it is ready before the page hears that it has begun', async () => {
    await open();
    hub.on('POST /api/sessions/{session}/ticket', () => ({ url: `${hub.url}?viewer` }));
    hub.on('POST /api/openings', async () => {
      const phase = { kind: 'ready', session: 'gpu-server', origin: 'opened' } as const;
      const opening = sampleOpening('gpu-server', { phase });
      hub.tell({ kind: 'opening', opening });
      hub.tell({ kind: 'session', session: sampleSession('gpu-server') });
      await page.getByRole('listitem', { name: 'gpu-server' }).getByText('Ready').waitFor();
      return { opening: opening.opening };
    });
    await server().fill('gpu-server');
    const tab = page.context().waitForEvent('page');
    await button('Connect').click();
    await expect.poll(async () => (await tab).url()).toBe(`${hub.url}?viewer`);
    await (await tab).close();
  });

  test('a tab that the browser holds back is offered by a button', async () => {
    await open();
    await page.evaluate(() => {
      window.open = () => null;
    });
    await server().fill('gpu-server');
    await button('Connect').click();
    await sent('POST /api/openings');
    hub.tell({ kind: 'session', session: sampleSession('gpu-server') });
    const phase = { kind: 'ready', session: 'gpu-server', origin: 'opened' } as const;
    hub.tell({ kind: 'opening', opening: sampleOpening('gpu-server', { phase }) });
    await page.getByText('Your browser did not let a new tab open by itself').waitFor();
    await button('Open the viewer').waitFor();
  });
});

/** The page tries by itself too: there may be nothing left to press. */
const tryNow = (): Promise<void> =>
  button('Try now')
    .click({ timeout: 3_000 })
    .catch(() => undefined);

describe('the hub', () => {
  test('is said to be gone, and the page goes on when it is back', async () => {
    await open({ sessions: [sampleSession('gpu-server')] });
    await server().fill('half typed');
    hub.leave();
    await page.getByText('porthole is no longer running here.').waitFor();
    await page.getByText('Not known').waitFor();
    expect(await button('Open gpu-server').isDisabled()).toBe(true);
    hub.comeBack(sampleSnapshot({ run: 'run-2', index: 1, sessions: [sampleSession('new-one')] }));
    await tryNow();
    await page.getByRole('listitem', { name: 'new-one' }).waitFor();
    await page.getByText('porthole is no longer running here.').waitFor({ state: 'detached' });
    expect(await server().inputValue()).toBe('half typed');
  });

  test('is said to be another one, where it does not know this browser', async () => {
    await open();
    hub.leave();
    await page.getByText('porthole is no longer running here.').waitFor();
    hub.comeBack(sampleSnapshot(), 'stranger');
    await tryNow();
    await page.getByText('porthole was started anew').waitFor();
    await page.getByText('porthole viewer', { exact: true }).waitFor();
  });
});

describe('saved connections, this machine and settings', () => {
  test('open by one press', async () => {
    await open({ saved: [sampleSaved('Vision')] });
    await button('Open Vision').click();
    await sent('POST /api/saved/saved-Vision/open');
    await button('Open /home/anna/runicorn_data').click();
    expect(await sent('POST /api/openings')).toMatchObject({
      ...{ target: { kind: 'here' }, storage: '/home/anna/runicorn_data' },
    });
  });

  test('are edited, deleted and brought back', async () => {
    await open({ saved: [sampleSaved('Vision')] });
    await button('More for Vision').click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    const edit = dialog('Edit Vision');
    await edit.getByLabel('Name', { exact: true }).fill('Vision 2');
    await edit.getByLabel('Port').fill('99999');
    await button('Save').click();
    await edit.getByText('A port is a number from 1 to 65535.').waitFor();
    await edit.getByLabel('Port').fill('2222');
    await button('Save').click();
    expect(await sent('PUT /api/saved/saved-Vision')).toMatchObject({
      ...{ name: 'Vision 2', target: { host: 'gpu-server', port: 2_222 } },
    });
    await button('More for Vision').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await sent('DELETE /api/saved/saved-Vision');
    await button('Undo').click();
    expect(await sent('POST /api/saved')).toMatchObject({ name: 'Vision' });
  });

  test('are changed by what makes sense only', async () => {
    await open();
    await button('Settings').click();
    const settings = dialog('Settings');
    await settings.getByLabel('Port of this dashboard').fill('80');
    await button('Save').click();
    await settings.getByText('A number from 1024 to 65535.').waitFor();
    await settings.getByLabel('Port of this dashboard').fill('24000');
    await button('Save').click();
    expect(await sent('PATCH /api/settings')).toMatchObject({ port: 24_000, graceS: 120 });
    await settings.waitFor({ state: 'detached' });
  });

  test('have one theme in all tabs', async () => {
    await open();
    await button('Theme').click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect(await sent('PATCH /api/settings')).toEqual({ theme: 'dark' });
    const other = await newPage();
    await other.goto(hub.url);
    await live(other);
    hub.tell({ kind: 'settings', settings: { ...sampleSnapshot().settings, theme: 'dark' } });
    await other.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await other.close();
  });
});

describe('the page', () => {
  const states: ReadonlyArray<readonly [string, Partial<Snapshot>]> = [
    ['empty', {}],
    [
      'choosing',
      { openings: [choosing], sessions: [sampleSession('a')], saved: [sampleSaved('v')] },
    ],
    [
      'failed',
      {
        openings: [sampleOpening('x', { phase: { kind: 'failed', failure: sampleFailure() } })],
      },
    ],
    ['asking', { prompts: [samplePrompt()] }],
  ];
  test.each(
    states.flatMap(([name, state]) => [
      [name, 'light', state] as const,
      [name, 'dark', state] as const,
    ]),
  )('keeps nobody out: %s, %s', async (_, theme, state) => {
    await open({ ...state, settings: { ...sampleSnapshot().settings, theme } });
    const [opening] = state.openings ?? [];
    if (opening !== undefined) await button(opening.host).click();
    if (opening?.phase.kind === 'choosing') await page.getByRole('table').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const width of [375, 768, 1_440, 2_560]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await scrollsSideways(page)).toBe(false);
    }
    complaints.expectNone();
  });

  test('leads the keyboard on: Enter connects, and Enter starts', async () => {
    await open();
    await page.keyboard.type('gpu-server');
    await page.keyboard.press('Enter');
    await sent('POST /api/openings');
    hub.tell({ kind: 'opening', opening: sampleOpening('gpu-server') });
    hub.tell({ kind: 'opening', opening: choosing });
    await page.getByRole('table').waitFor();
    const start = button('Start the viewer');
    await expect.poll(() => start.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await sent('POST /api/openings/opening-gpu-server/choice');
  });

  test('is used by the keyboard alone: to the environment, the storage and the start', async () => {
    await openChooser();
    await page.getByRole('radio', { name: /pytorch-env/ }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /jax/ }).isChecked()).toBe(true);
    // The viewer, of which it has two, then the storage.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe(
      'combobox',
    );
    await page.keyboard.press('Enter');
    expect(await sent('POST /api/openings/opening-gpu-server/choice')).toMatchObject({
      python: '/home/anna/miniconda3/envs/jax/bin/python',
    });
  });

  test('shows its keys by ?, and moves nothing where motion is not wanted', async () => {
    await open({ openings: [sampleOpening('gpu-server')] });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await button('gpu-server').click();
    await page.keyboard.press('?');
    await dialog('Keyboard').getByText('Connect to another server').waitFor();
    const moving = await page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
    );
    expect(moving).toBe(0);
  });

  test('asks nobody but its own hub', async () => {
    await open({ sessions: [sampleSession('a')] });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await live();
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(hub.url))).toEqual([]);
  });
});
