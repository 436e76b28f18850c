import { expect, test } from 'vitest';
import { withoutDebugLines, withoutSentValue } from '../../src/ssh/debug-lines.ts';
import { classify } from '../../src/ssh/failures.ts';

test('the value of a variable that ssh sends is hidden, its name is not', () => {
  expect(withoutSentValue('debug1: channel 0: setting env WANDB_API_KEY = "s3cret"')).toBe(
    'debug1: channel 0: setting env WANDB_API_KEY = (hidden)',
  );
  expect(withoutSentValue('debug2: channel 12: setting env A = "x = y"')).not.toContain('y');
  expect(withoutSentValue('setting env A = 1, says an rc file')).toContain('1');
});

test('debug lines are taken out of a text, and only they', () => {
  const text = 'debug1: Exit status 3\nplain\ndebug2: x\nnot debug1: this\ndebug3: last';
  expect(withoutDebugLines(text)).toBe('plain\nnot debug1: this\n');
});

test('a failure is named by what ssh says to people, also under LogLevel DEBUG', () => {
  const stderr =
    'debug1: Connecting to gpu port 22.\nsomething odd\ndebug1: Transferred 0\ndebug1: Exit status -1\n';
  const failure = classify({ exitCode: 255, signal: null, stderr, host: 'gpu', phase: 'connect' });
  expect(failure.message).toBe('ssh to gpu ended (exit code 255): something odd');
});
