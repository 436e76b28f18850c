import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { haveOrSkip, SSHD } from '../lab/have-or-skip.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { openFailing } from './failing.ts';
import { makeWorkplace } from './workplace.ts';

/** Whoever logs in here speaks to this script, whatever was to be run. */
const SCRIPT = 'speak.sh';
const HELLO = `frame '{"hello":1,"python":[3,11,2],"executable":"/usr/bin/python3","pid":1}'`;

const ANSWER_PROBE = `
while read -r line; do
  case $line in *'"op":"probe"'*)
    id=\${line##*'"id":'}
    frame '{"result":[],"id":'"\${id%%,*}}" ;;
  esac
done`;

let lab: Lab;
beforeAll(async () => {
  if (SSHD.have()) lab = await startLab({ sshd: { ForceCommand: `exec sh ~/${SCRIPT}` } });
});
afterAll(() => lab?.[Symbol.asyncDispose]());
beforeEach((context) => haveOrSkip(context, SSHD));

test.each([
  ['no JSON', 'frame "hello world"', 'a line that is not JSON'],
  [
    'too long',
    `printf '\\036'; yes | head -c 20000000 | tr -d '\\n'; frame`,
    'a line of more than',
  ],
  ['of the wrong shape', `frame '{"hello":"world"}'`, 'its greeting in a shape'],
  ['of another protocol', `frame '{"hello":99}'`, 'its greeting in a shape'],
  ['an event that nobody knows', `${HELLO}; frame '{"event":"x"}'`, 'an event in a shape'],
  ['the wrong answer', `${HELLO}; ${ANSWER_PROBE}`, 'the answer to "probe"'],
])('an agent’s line that is %s ends the connection', async (_, says, fact) => {
  await using here = await makeWorkplace();
  const frame = `frame() { printf '\\036%s\\n' "$1"; }`;
  const script = `echo 'Welcome to the cluster.'\n${frame}\n${says}\nexec cat >/dev/null\n`;
  await writeFile(join(lab.home, SCRIPT), script);
  expect(await openFailing(here, lab)).toMatchObject({
    exitCode: 3,
    error: {
      code: 'protocol-error',
      message: expect.stringContaining(`The agent on the server sent ${fact}`),
      hint: expect.stringContaining('-v'),
      // Where there was no greeting yet, the login itself may be at fault.
      ...(says.startsWith(HELLO) ? {} : { output: 'Welcome to the cluster.' }),
    },
  });
});
