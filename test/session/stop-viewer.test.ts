import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createAgentClient } from '../../src/remote/agent-client.ts';
import { STOP_TIMEOUT_MS, stopViewer } from '../../src/session/stop-viewer.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

const HELLO = { hello: 1, python: [3, 11, 7], executable: '/usr/bin/python3', pid: 42 };
const NO_ANSWER = { code: 'connection-timeout' };

/** A stop under way at an agent that says what it is told to say. */
const stopping = async () => {
  const clock = createFakeClock();
  const stdout = new PassThrough();
  const agent = createAgentClient({
    stdin: new PassThrough(),
    stdout,
    clock,
    agentLine: '# agent\n',
    contact: 'first',
  });
  const say = async (value: unknown) => {
    stdout.write(`\x1e${JSON.stringify(value)}\n`);
    await new Promise(setImmediate);
  };
  await say(HELLO);
  let outcome: unknown = 'under way';
  stopViewer({ agent, id: 's-1', clock, timeoutMs: STOP_TIMEOUT_MS }).then(
    () => {
      outcome = 'stopped';
    },
    (error) => {
      outcome = error;
    },
  );
  const outcomeNow = async () => {
    await new Promise(setImmediate);
    return outcome;
  };
  return {
    clock,
    outcomeNow,
    answerStop: () => say({ id: 1, result: { session: 's-1', ended: 'killed' } }),
    answerPing: () => say({ id: 2, result: { sessions: ['s-1'] } }),
  };
};

test('a viewer may take its time to end while the server answers', async () => {
  const { clock, outcomeNow, answerPing, answerStop } = await stopping();
  await answerPing();
  clock.advance(9000);
  expect(await outcomeNow()).toBe('under way');
  await answerStop();
  expect(await outcomeNow()).toBe('stopped');
});

test('a server that says nothing is not waited for', async () => {
  const { clock, outcomeNow } = await stopping();
  clock.advance(2999);
  expect(await outcomeNow()).toBe('under way');
  clock.advance(1);
  expect(await outcomeNow()).toMatchObject(NO_ANSWER);
});

test('a stop that is never answered is given up', async () => {
  const { clock, outcomeNow, answerPing } = await stopping();
  await answerPing();
  clock.advance(STOP_TIMEOUT_MS);
  expect(await outcomeNow()).toMatchObject(NO_ANSWER);
});
