import { describe, expect, test } from 'vitest';
import type { Change, SessionState } from '../../../src/hub/api/contract.ts';
import { describeState } from '../../../src/web/dashboard/sessions/describe-state.ts';
import { applyChange, type HubState, stateOf } from '../../../src/web/dashboard/state/hub-state.ts';
import {
  ago,
  sampleFailure,
  sampleOpening,
  samplePrompt,
  sampleSaved,
  sampleSession,
  sampleSnapshot,
} from './sample-state.ts';

const first = stateOf(
  sampleSnapshot({
    index: 7,
    sessions: [sampleSession('a'), sampleSession('b')],
    openings: [sampleOpening('a')],
    prompts: [samplePrompt()],
  }),
);
const changedBy = (...changes: readonly Change[]): HubState =>
  changes.reduce((state, change) => {
    const next = applyChange(state, { index: state.index + 1, change });
    if (next === 'gap') throw new Error('There is a gap');
    return next;
  }, first);

describe('the state of the hub', () => {
  test('puts a session in its own place, and a new one at the end', () => {
    const state = changedBy(
      { kind: 'session', session: sampleSession('a', { localPort: 9_000 }) },
      { kind: 'session', session: sampleSession('c') },
    );
    expect(state.sessions.map(({ session }) => session)).toEqual(['a', 'b', 'c']);
    expect(state.sessions[0]?.localPort).toBe(9_000);
    expect(state.index).toBe(9);
  });

  test('renews what is measured of one session and leaves the others the same', () => {
    const traffic = { requests: 1, bytesUp: 2, bytesDown: 3 };
    const state = changedBy({ kind: 'measures', session: 'b', latencyMs: 99, traffic });
    expect(state.sessions[1]).toMatchObject({ latencyMs: 99, traffic });
    expect(state.sessions[0]).toBe(first.sessions[0]);
  });

  test('takes away what is gone', () => {
    const state = changedBy(
      { kind: 'session-gone', session: 'a' },
      { kind: 'opening-gone', opening: 'opening-a' },
      { kind: 'prompt-gone', prompt: 'prompt-1' },
    );
    expect(state.sessions.map(({ session }) => session)).toEqual(['b']);
    expect(state.openings).toEqual([]);
    expect(state.prompts).toEqual([]);
  });

  test('takes prompts, openings, saved connections and settings as they are told', () => {
    const saved = [sampleSaved('x')];
    const settings = { ...first.settings, theme: 'dark' } as const;
    const state = changedBy(
      { kind: 'prompt', prompt: samplePrompt({ id: 'p2' }) },
      { kind: 'opening', opening: sampleOpening('b') },
      { kind: 'saved', saved },
      { kind: 'settings', settings },
      { kind: 'hub-ending', reason: 'Ctrl+C' },
    );
    expect(state.prompts.map(({ id }) => id)).toEqual(['prompt-1', 'p2']);
    expect(state.openings.map(({ host }) => host)).toEqual(['a', 'b']);
    expect(state).toMatchObject({ saved, settings, ending: 'Ctrl+C' });
  });

  test('leaves out a change that it knows already, and says where some are missing', () => {
    const change = { kind: 'session-gone', session: 'a' } as const;
    expect(applyChange(first, { index: 7, change })).toBe(first);
    expect(applyChange(first, { index: 9, change })).toBe('gap');
  });
});

describe('the state of a session', () => {
  const { state } = sampleSession('a');

  test('says why it reconnects, since when, and that it does so by itself', () => {
    const lost: SessionState = {
      ...state,
      kind: 'reconnecting',
      phase: 'waiting',
      reason: 'the network is down',
      attempt: 3,
      since: ago(75),
    };
    const words = describeState(lost, Date.now() / 1000);
    expect(words).toMatchObject({ tone: 'warn', word: 'Reconnecting' });
    expect(words.text).toMatch(
      /^The network is down\. Trying again by itself, attempt 3; lost 1 min 1\d s ago\.$/,
    );
  });

  test('says that it waits for a person', () => {
    const waiting: SessionState = {
      ...state,
      kind: 'reconnecting',
      phase: 'needs-authentication',
      attempt: 1,
      reason: 'the server asks for a code.',
    };
    expect(describeState(waiting, 0)).toEqual({
      ...{ tone: 'warn', word: 'Needs you' },
      text: 'The server asks for a code. Retry to sign in again.',
    });
  });

  test('says nothing more where all is well, and the failure where it is over', () => {
    expect(describeState(state, 0).text).toBe('');
    const failed: SessionState = { ...state, kind: 'failed', failure: sampleFailure() };
    expect(describeState(failed, 0)).toMatchObject({
      ...{ tone: 'bad', text: 'gpu-lab does not answer on port 22.' },
    });
  });
});
