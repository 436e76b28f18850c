import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectNothingLeft, viewersOn } from '../../e2e/server-side.ts';
import { makeWorkplace } from '../../e2e/workplace.ts';
import { type Browser, CHROMIUM, launchBrowser } from '../../lab/browser.ts';
import { CLIENT_KEY_FILE } from '../../lab/client-config.ts';
import { haveOrSkip, ROOT, SSHD } from '../../lab/have-or-skip.ts';
import { startLab } from '../../lab/lab.ts';
import { seriousFindings, watchComplaints } from '../page-checks.ts';
import { expectRuns, fillStorage, openDesk } from './desk.ts';

let browser: Browser;
beforeAll(async () => {
  if (CHROMIUM.have()) browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
});
afterAll(() => browser?.close());
beforeEach((context) => haveOrSkip(context, CHROMIUM, SSHD));

describe('the whole way by mouse', () => {
  test('from an alias to the page of the viewer, and to its end without a trace', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'gpu-server' });
    const storage = await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    const complaints = watchComplaints(desk.page);
    await desk.server().fill('gpu');
    await desk.page
      .getByRole('option', { name: /gpu-server/ })
      .getByText(`:${lab.port}`)
      .waitFor();
    await desk.connect('gpu-server');
    await desk.page.getByText(`${lab.user}@127.0.0.1:${lab.port} ·`).waitFor();
    await desk.page.getByRole('table').waitFor();
    await desk.page.getByRole('combobox', { name: 'Storage root' }).fill(storage);
    await desk.page.getByText(/^3 runs/).waitFor();
    expect(await seriousFindings(desk.page)).toEqual([]);

    const tab = await desk.startBundled(storage);
    await expectRuns(tab);
    expect(tab.url()).not.toContain('token');
    const card = desk.card('gpu-server');
    for (const word of ['Ready', storage, /:\d{4,5}/]) await card.getByText(word).first().waitFor();
    complaints.expectNone();

    const viewers = await viewersOn(lab);
    await desk.button('Stop gpu-server').click();
    await desk.page.getByText('Nothing yet.').waitFor();
    await tab.close();
    await desk.page.close();
    await desk.porthole.end('SIGINT');
    await expectNothingLeft(place, [{ lab, viewers }]);
  });

  test('by a key with a passphrase, which ssh asks for and nobody keeps', async () => {
    await using place = await makeWorkplace();
    await using lab = await startLab({ alias: 'locked', keyPassphrase: 'open, sesame' });
    const storage = await fillStorage(lab);
    const desk = await openDesk(place, browser.context, [lab]);
    await desk.server().fill('locked');
    await desk.button('Port, user, sign-in').click();
    await desk.page.getByText('SSH key').click();
    const key = desk.page.getByRole('combobox', { name: 'Private key' });
    await key.fill(join(lab.directory, CLIENT_KEY_FILE));
    await desk.page.getByText(/asks for its passphrase/).waitFor();
    await desk.button('Connect').click();
    const asked = desk.page.getByRole('dialog', { name: 'Passphrase of your key' });
    await asked.getByText(/Enter passphrase for key/).waitFor();
    await desk.page.keyboard.type('open, sesame');
    await desk.page.keyboard.press('Enter');
    const tab = await desk.startBundled(storage);
    await expectRuns(tab);
    await Promise.all([tab.close(), desk.page.close()]);
    await desk.porthole.end('SIGINT');
    expect(await place.keptText()).not.toContain('sesame');
  });

  test('by a password, to a server whose key is not known yet', async (context) => {
    haveOrSkip(context, ROOT);
    const password = 'Zwölf $(boxkampf) "jäger"';
    await using place = await makeWorkplace();
    await using lab = await startLab({
      ...{ alias: 'by-password', account: { password }, knownHosts: 'unknown' },
    });
    const desk = await openDesk(place, browser.context, [lab]);
    await desk.server().fill('by-password');
    await desk.button('Port, user, sign-in').click();
    await desk.page.getByText('Password', { exact: true }).click();
    await desk.button('Connect').click();
    const hostKey = desk.page.getByRole('dialog', { name: 'Is this by-password?' });
    await hostKey.getByText('ED25519', { exact: true }).waitFor();
    await hostKey.getByText(/^SHA256:/).waitFor();
    await desk.button('Accept and connect').click();
    await desk.page.getByRole('dialog', { name: 'Password for by-password' }).waitFor();
    await desk.page.keyboard.type(password);
    await desk.button('Sign in').click();
    const tab = await desk.startBundled('/');
    await tab
      .getByText(/no runs/i)
      .first()
      .waitFor();
    await Promise.all([tab.close(), desk.page.close()]);
    await desk.porthole.end('SIGINT');
    expect(await place.keptText()).not.toContain('boxkampf');
  });
});
