import { describe, expect, test } from 'vitest';
import { createDeadline } from '../../src/core/deadline.ts';
import { createFakeClock } from '../lab/fake-clock.ts';

describe('a deadline', () => {
  test('aborts with its reason when the time is used up', () => {
    const clock = createFakeClock();
    const deadline = createDeadline(clock, 1000, () => 'too late');
    clock.advance(999);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.signal.reason).toBe('too late');
  });

  test('failure mode 24: stands still while a person is asked, also when two questions overlap', async () => {
    const clock = createFakeClock();
    const deadline = createDeadline(clock, 1000, () => 'too late');
    clock.advance(600);
    let answerFirst = () => {};
    let answerSecond = () => {};
    const first = deadline.pauseDuring(() => new Promise<void>((r) => (answerFirst = r)));
    const second = deadline.pauseDuring(() => new Promise<void>((r) => (answerSecond = r)));
    clock.advance(3_600_000);
    answerFirst();
    await first;
    clock.advance(3_600_000);
    answerSecond();
    await second;
    clock.advance(399);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('never aborts once it is cancelled, not even after a question', async () => {
    const clock = createFakeClock();
    const deadline = createDeadline(clock, 1000, () => 'too late');
    let answer = () => {};
    const question = deadline.pauseDuring(() => new Promise<void>((r) => (answer = r)));
    deadline.cancel();
    answer();
    await question;
    clock.advance(10_000);
    expect(deadline.signal.aborted).toBe(false);
  });
});
