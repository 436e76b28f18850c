import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { haveOrSkip, ROOT, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { homeThatExecs, homeThatExits, noisyHome } from '../lab/noisy-home.ts';
import { ensureVenv } from '../lab/venvs.ts';
import { openFailing } from './failing.ts';
import { expectNothingLeft, viewersOn } from './server-side.ts';
import { makeWorkplace, openWords } from './workplace.ts';

beforeEach((context) => haveOrSkip(context, SSHD, ROOT));

// Each of these has a server of its own.
describe.concurrent('a login', () => {
  test('that takes no key says which methods it accepts', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ sshd: { AuthorizedKeysFile: '/nonexistent' } });
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 4,
      error: {
        code: 'auth-failed',
        message: expect.stringMatching(/did not accept the login.* It accepts: publickey\.$/),
        hint: expect.stringContaining(`ssh -v -F ${lab.configFile} lab true`),
        output: expect.stringContaining('Permission denied (publickey).'),
      },
    });
  });
});

describe.concurrent('failure mode 7: a login shell', () => {
  test('that prints noise changes nothing', async () => {
    await using here = await makeWorkplace();
    const account = { shell: 'bash' } as const;
    await using lab = await startLab({ account, homeFiles: noisyHome(), banner: 'Error: none\n' });
    const { directory } = await ensureVenv('runicorn-newest');
    const porthole = here.open(lab, ['--env', directory, '--storage', lab.home]);
    await porthole.ready();
    const viewers = await viewersOn(lab);
    await porthole.end('SIGINT');
    await expectNothingLeft(here, [{ lab, viewers }]);
  });

  test('that ends at once is told with its exit code, and the way to see it', async () => {
    await using here = await makeWorkplace();
    await using lab = await startLab({ account: {}, homeFiles: homeThatExits(3) });
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 3,
      error: {
        code: 'login-shell',
        message: 'The login on lab ended with exit code 3 before porthole could start there.',
        hint: expect.stringContaining(`ssh -F ${lab.configFile} lab "exec sh -c 'echo ok'"`),
      },
    });
  });

  test('that another program takes the place of is told apart from a slow network', async () => {
    await using here = await makeWorkplace();
    const homeFiles = homeThatExecs(`sh -c 'echo "1) train 2) quit"; exec cat'`);
    await using lab = await startLab({ account: {}, homeFiles });
    expect(await openFailing(here, lab, ['--timeout', '5'])).toMatchObject({
      exitCode: 3,
      error: {
        code: 'login-shell',
        message: expect.stringMatching(/^lab accepted the login, but its shell did not/),
        hint: expect.stringMatching(/exec sh -c 'echo ok'.*--timeout/),
        output: expect.stringContaining('1) train 2) quit'),
      },
    });
  });
});

describe('a login with a password', () => {
  let lab: Lab;
  beforeAll(async () => {
    if (!SSHD.have() || !ROOT.have()) return;
    lab = await startLab({
      account: { password: 'right' },
      clientConfig: ['PubkeyAuthentication no'],
    });
  });
  afterAll(() => lab?.[Symbol.asyncDispose]());

  test('fails after the third wrong one, and shows none of them', async () => {
    await using here = await makeWorkplace();
    const steps = ['wrong-1', 'wrong-2', 'wrong-3'].map((typed) => ({
      expect: "'s password:",
      send: `${typed}\n`,
    }));
    const words = openWords(lab, []).filter((word) => word !== '--json');
    const { transcript, exit } = await here.onTerminal(words, steps);
    expect(exit).toBe(4);
    expect(transcript).toMatch(/error:.* did not accept the login.*\[auth-failed\]/);
    expect(transcript).toMatch(/next:.*Check the user name and what was typed/);
    expect(transcript).not.toContain('wrong-');
    // Said before the second and the third time, and at the end as ssh's output.
    expect(transcript.match(/Permission denied, please try again\./g)).toHaveLength(4);
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('failure mode 24: may take longer to be typed than all else of an opening may', async () => {
    await using here = await makeWorkplace();
    const options = ['--viewer', 'builtin', '--storage', lab.home, '--timeout', '20'];
    const words = openWords(lab, options).filter((word) => word !== '--json');
    const { transcript, exit } = await here.onTerminal(words, [
      { expect: "'s password:", send: 'right\n', after: 21 },
      { expect: 'Ctrl+C stops it.', send: '\u0003' },
    ]);
    expect(transcript).toContain(`shows ${lab.home} on lab`);
    expect(exit).toBe(130);
    await expectNothingLeft(here, [{ lab, viewers: [] }]);
  });

  test('needs a terminal to be typed on', async () => {
    await using here = await makeWorkplace();
    expect(await openFailing(here, lab)).toMatchObject({
      exitCode: 4,
      error: {
        code: 'auth-needs-terminal',
        message: expect.stringMatching(/needs a password .* no terminal to ask on\.$/),
        hint: expect.stringContaining('ssh-add'),
      },
    });
  });
});
