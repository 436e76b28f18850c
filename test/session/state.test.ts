import { describe, expect, test } from 'vitest';
import { PortholeError } from '../../src/core/errors.ts';
import { type SessionEvent, type SessionState, transition } from '../../src/session/state.ts';

const stateAfter = (events: readonly SessionEvent[], from: SessionState = { kind: 'connecting' }) =>
  events.reduce(transition, from);

const OPENED: SessionEvent[] = [
  { kind: 'probe' },
  { kind: 'choose' },
  { kind: 'launch' },
  { kind: 'forward' },
  { kind: 'answered', way: 'forward' },
];

describe('the state of a session', () => {
  test('goes through every step of opening to ready', () => {
    expect(stateAfter(OPENED)).toEqual({ kind: 'ready', way: 'forward' });
  });

  test('goes from connecting to launching when the choice is known', () => {
    expect(
      stateAfter([{ kind: 'launch' }, { kind: 'forward' }, { kind: 'answered', way: 'forward' }]),
    ).toEqual({
      kind: 'ready',
      way: 'forward',
    });
  });

  test('goes back to probing when a known choice no longer holds', () => {
    expect(stateAfter([{ kind: 'launch' }, { kind: 'probe' }])).toEqual({ kind: 'probing' });
  });

  test('counts attempts while reconnecting and keeps the last reason', () => {
    const state = stateAfter([
      ...OPENED,
      { kind: 'link-lost', reason: 'no ping' },
      { kind: 'attempt' },
      { kind: 'attempt-failed', reason: 'refused' },
      { kind: 'attempt' },
    ]);
    expect(state).toEqual({
      kind: 'reconnecting',
      phase: 'connecting',
      reason: 'refused',
      attempt: 2,
    });
    expect(transition(state, { kind: 'answered', way: 'forward' })).toEqual({
      kind: 'ready',
      way: 'forward',
    });
  });

  test('waits for a person where a login needs one', () => {
    const state = stateAfter([
      ...OPENED,
      { kind: 'link-lost', reason: 'closed' },
      { kind: 'attempt' },
      { kind: 'person-needed', reason: 'a password' },
    ]);
    expect(state).toMatchObject({ kind: 'reconnecting', phase: 'needs-authentication' });
  });

  test('can be stopped and can fail in every state that is not an end', () => {
    const states = OPENED.map((_, i) => stateAfter(OPENED.slice(0, i)));
    for (const state of states) {
      expect(transition(state, { kind: 'stop' })).toEqual({ kind: 'stopping' });
      const error = new PortholeError({ code: 'viewer-exited', message: 'gone' });
      expect(transition(state, { kind: 'fail', error })).toEqual({ kind: 'failed', error });
    }
  });

  test('takes no event after its end', () => {
    expect(() => transition({ kind: 'stopped', reason: 'asked' }, { kind: 'launch' })).toThrow(
      'cannot take the event',
    );
  });

  test('refuses steps that skip others', () => {
    expect(() => transition({ kind: 'connecting' }, { kind: 'answered', way: 'forward' })).toThrow(
      PortholeError,
    );
    expect(() => transition({ kind: 'probing' }, { kind: 'link-lost', reason: '' })).toThrow(
      PortholeError,
    );
  });
});
