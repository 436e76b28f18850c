import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeWorkplace } from '../../e2e/workplace.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { haveOrSkip, SSHD } from '../../lab/have-or-skip.ts';
import { startLab } from '../../lab/lab.ts';
import { runOrThrow } from '../../lab/run.ts';
import { makeSampleStorage } from '../../lab/sample-storage/sample-storage.ts';
import { type Desk, expectRuns, fillStorage, openDesk, startDesk } from './desk.ts';

let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM.have()) browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
});
afterAll(() => browser?.close());
beforeEach((context) => haveOrSkip(context, CHROMIUM, SSHD));

/** From the form to the open viewer. */
const openViewer = async (desk: Desk, host: string, storage: string) => {
  await desk.connect(host);
  const tab = await desk.startBundled(storage);
  await expectRuns(tab);
  await desk.card(host).getByText('Ready').waitFor();
  return tab;
};
/** The page tries by itself too: there may be nothing left to press. */
const tryNow = (desk: Desk): Promise<void> =>
  desk
    .button('Try now')
    .click({ timeout: 3_000 })
    .catch(() => undefined);
const chosen = async (desk: Desk, host: string): Promise<void> => {
  await desk.connect(host);
  await desk.page.getByRole('table').waitFor();
};

describe('several servers', () => {
  test('are open beside each other, those of a terminal too, and stop one by one', async () => {
    await using place = await makeWorkplace();
    await using one = await startLab({ alias: 'first' });
    await using two = await startLab({ alias: 'second' });
    const [storage] = await Promise.all([fillStorage(one), fillStorage(two)]);
    const desk = await openDesk(place, browser.context, [one, two]);
    const tab = await openViewer(desk, 'first', storage);
    await desk.button('Done').click();

    const words = ['open', 'second', '-F', two.configFile, '--yes', '--no-open', '--json'];
    const opened = await place.start(words).ready();
    const card = desk.card('second');
    await card.getByText(`:${opened.localPort}`).waitFor();
    expect((await place.run(['ls'])).stdout).toMatch(/first[\s\S]*second/);

    await desk.button('Stop second').click();
    await card.waitFor({ state: 'detached' });
    await desk.card('first').getByText('Ready').waitFor();
    await tab.reload();
    await expectRuns(tab);
    await place.run(['stop', 'first']);
    await desk.page.getByText('Nothing yet.').waitFor();
    await Promise.all([tab.close(), desk.page.close()]);
  });

  test('keep their address through a network that goes and comes back', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'far', relay: {} });
    const storage = await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    const tab = await openViewer(desk, 'far', storage);
    const address = tab.url();
    lab.relay?.cut();
    await desk.card('far').getByText('Reconnecting').waitFor();
    await desk
      .card('far')
      .getByText(/Trying again by itself|Connecting again/)
      .waitFor();
    lab.relay?.restore();
    // Sooner than by itself, where it still waits.
    await desk
      .button('Retry now')
      .click({ timeout: 3_000 })
      .catch(() => undefined);
    // By itself it comes back too, however long the pause is that it has come to.
    await desk.card('far').getByText('Ready').waitFor({ timeout: 90_000 });
    await tab.reload();
    await expectRuns(tab);
    expect(tab.url()).toBe(address);
    await Promise.all([tab.close(), desk.page.close()]);
  });

  test('take another port where 8081 is taken', async () => {
    const squatter = createServer();
    squatter.listen(8_081, '127.0.0.1');
    // Somebody else may have it, and give it back meanwhile: then it is free to be taken.
    const isHeld = await once(squatter, 'listening').then(
      () => true,
      () => false,
    );
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    const storage = await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    const tab = await openViewer(desk, 'gpu', storage);
    const { port } = new URL(tab.url());
    expect(Number(port)).toBeGreaterThan(isHeld ? 8_081 : 8_080);
    await desk.card('gpu').getByText(`:${port}`).waitFor();
    await Promise.all([tab.close(), desk.page.close()]);
    squatter.close();
  });
});

describe('what is chosen on a server', () => {
  test('may be an environment without a viewer: its command is shown, the bundled one opens', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    const storage = await fillStorage(lab);
    const venv = join(lab.home, 'diffusion', '.venv');
    await mkdir(join(lab.home, 'diffusion'));
    const args = ['-m', 'venv', '--without-pip', '--symlinks', venv];
    await runOrThrow({ file: '/usr/bin/python3', args });
    const desk = await openDesk(place, browser.context, [lab]);
    await chosen(desk, 'gpu');
    const row = desk.page.getByRole('row').filter({ hasText: 'diffusion' });
    await row.getByText('not installed').waitFor();
    await row.click();
    await desk.page.getByText('Runicorn is not installed in diffusion').waitFor();
    await desk.page.getByText(`${venv}/bin/python`).first().waitFor();
    expect(await desk.button('Start the viewer').isDisabled()).toBe(true);
    await desk.button('Use the bundled viewer instead').click();
    const tab = await desk.startBundled(storage);
    await expectRuns(tab);
    await Promise.all([tab.close(), desk.page.close()]);
  });

  test('may be any directory: checked as it is typed, or found by going through them', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    await makeSampleStorage({ storage: join(lab.home, 'work', 'vit'), runs: 2, lines: 3 });
    const desk = await openDesk(place, browser.context, [lab]);
    await chosen(desk, 'gpu');
    const storage = desk.page.getByRole('combobox', { name: 'Storage root' });
    await storage.fill(`${lab.home}/work/vti`);
    await desk.page
      .getByRole('alert')
      .filter({ hasText: `What exists is ${lab.home}/work` })
      .waitFor();
    await storage.fill(`${lab.home}/work`);
    await desk.button('Browse').click();
    const dialog = desk.page.getByRole('dialog', { name: 'Directories on the server' });
    await dialog.getByRole('button', { name: /vit.*holds runs/ }).click();
    await dialog.getByText(`${lab.home}/work/vit`, { exact: true }).waitFor();
    await desk.button('Use this directory').click();
    await desk.page.getByText('2 runs found').waitFor();
    const tab = await desk.startBundled();
    await expectRuns(tab);
    await Promise.all([tab.close(), desk.page.close()]);
  });

  test('is looked for again on the server', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    const desk = await openDesk(place, browser.context, [lab]);
    await chosen(desk, 'gpu');
    const storage = await fillStorage(lab);
    await desk.button('Refresh').click();
    const field = desk.page.getByRole('combobox', { name: 'Storage root' });
    await field.click();
    await desk.page
      .getByRole('option', { name: storage })
      .or(desk.page.getByText(/^3 runs/))
      .first()
      .waitFor();
    await desk.button('Cancel').click();
    await desk.button('Try again').waitFor();
    await desk.page.close();
  });
});

describe('what ssh asks', () => {
  const lockedLab = () => startLab({ alias: 'locked', keyPassphrase: 'open, sesame' });
  const asked = (page: Desk['page']) =>
    page.getByRole('dialog', { name: 'Passphrase of your key' });

  test('stands in every tab, and goes from all of them once it is answered in one', async () => {
    await using place = await makeWorkplace();
    await using lab = await lockedLab();
    await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    const other = await browser.context.newPage();
    await other.goto(new URL('/', desk.url).href);
    await desk.connect('locked');
    await asked(desk.page).waitFor();
    await asked(other).waitFor();
    await other.keyboard.type('open, sesame');
    await other.keyboard.press('Enter');
    await Promise.all([desk.page, other].map((page) => asked(page).waitFor({ state: 'detached' })));
    await desk.page.getByRole('table').waitFor();
    await Promise.all([other.close(), desk.page.close()]);
  });

  test('may be left without an answer: cancelled, or with its opening, and nothing stays', async () => {
    await using place = await makeWorkplace();
    await using lab = await lockedLab();
    const desk = await openDesk(place, browser.context, [lab]);
    await desk.connect('locked');
    await asked(desk.page).waitFor();
    await desk.page.keyboard.press('Escape');
    await asked(desk.page).waitFor({ state: 'detached' });
    // ssh tries what else there is, and gives up.
    await desk.button('Try again').click();
    await asked(desk.page).waitFor();
    await desk.page.reload();
    await asked(desk.page).waitFor();
    expect(await lab.connections()).toBeGreaterThan(0);
    await desk.porthole.end('SIGINT');
    await expect.poll(() => lab.connections(), { timeout: 60_000 }).toBe(0);
    await desk.page.close();
  });

  test('is no question where the key of the server has changed: file, line, and no way on', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'changed', knownHosts: 'changed' });
    const desk = await openDesk(place, browser.context, [lab]);
    await desk.connect('changed');
    await desk.page.getByRole('alert').getByText('host-key-changed').waitFor();
    await desk.page
      .getByText(/known_hosts:1/)
      .first()
      .waitFor();
    await desk.page
      .getByText(/ssh-keygen .*-R/)
      .first()
      .waitFor();
    expect(await desk.button('Try again').count()).toBe(0);
    await desk.page.close();
  });
});

describe('a failure', () => {
  test('is told with what to do, doctor finds the step, and the way is tried again', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'down' });
    await lab.stop();
    const desk = await openDesk(place, browser.context, [lab]);
    await desk.connect('down');
    await desk.page.getByRole('alert').getByText('connection-refused').waitFor();
    await desk.button('Run doctor').click();
    const doctor = desk.page.getByRole('region', { name: 'Doctor' });
    await doctor.getByText('Doctor found what is wrong').waitFor();
    await doctor
      .getByText(/refused/i)
      .first()
      .waitFor();
    await lab.restart();
    await desk.button('Try again').click();
    await desk.page.getByRole('table').waitFor();
    await desk.page.close();
  });
});

describe('the hub', () => {
  test('is killed midway: the page says so, keeps what was typed, and goes on with the next one', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    await chosen(desk, 'gpu');
    await desk.button('New').click();
    await desk.server().fill('half typed');
    await desk.porthole.end('SIGKILL');
    await desk.page.getByText('porthole is no longer running here.').waitFor();
    const next = await startDesk(place, [lab], Number(new URL(desk.url).port));
    await tryNow(desk);
    await desk.page.getByText('porthole was started anew').waitFor();
    const other = await browser.context.newPage();
    await other.goto(next.url);
    await other.getByTitle('Live', { exact: true }).waitFor();
    await other.close();
    await tryNow(desk);
    await desk.page.getByTitle('Live', { exact: true }).waitFor();
    expect(await desk.server().inputValue()).toBe('half typed');
    await desk.page.close();
    await next.porthole.end('SIGINT');
  });
});

describe('what is kept', () => {
  test('is a connection that opens by one press, also after porthole was started anew', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu' });
    const storage = await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    const tab = await openViewer(desk, 'gpu', storage);
    await desk.button('Save this connection').click();
    await desk.page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('My runs');
    await desk.button('Save').click();
    await desk.page.getByRole('heading', { name: 'My runs' }).waitFor();
    await Promise.all([tab.close(), desk.page.close()]);
    await desk.porthole.end('SIGINT');

    const again = await openDesk(place, browser.context, [lab]);
    const second = await again.tabOf(() => again.button('Open My runs').click());
    await expectRuns(second);
    await Promise.all([second.close(), again.page.close()]);
    await again.porthole.end('SIGINT');
  });

  test('are runs of this machine, opened without ssh', async () => {
    await using place = await makeWorkplace();
    const storage = join(place.directory, 'local-runs');
    await makeSampleStorage({ storage, runs: 2, lines: 3 });
    const desk = await openDesk(place, browser.context, []);
    await desk.page.getByLabel('Another directory of this machine').fill(storage);
    const tab = await desk.tabOf(() => desk.button('Open this directory').click());
    await expectRuns(tab);
    await Promise.all([tab.close(), desk.page.close()]);
    await desk.porthole.end('SIGINT');
  });
});
