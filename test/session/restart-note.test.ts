import { expect, test } from 'vitest';
import type { HostFacts } from '../../src/remote/protocol/wire.ts';
import { restartNote } from '../../src/session/restart-note.ts';

const LOGIN1: HostFacts = {
  ...{ os: 'Debian', hostname: 'login1', user: 'ada', uid: 1000, home: '/home/ada' },
  ...{ shell: '/bin/bash', machineId: 'aaaa', bootId: 'b-1' },
};

test.each([
  ['the same machine, still up', LOGIN1, 'the viewer had ended meanwhile and was started again'],
  [
    'the same machine after a reboot',
    { ...LOGIN1, bootId: 'b-2' },
    /server has been started again/,
  ],
  [
    'failure mode 32: another machine behind the same alias',
    { ...LOGIN1, hostname: 'login2', machineId: 'cccc', bootId: 'b-9' },
    /another machine answers now \(login2, before it was login1\)/,
  ],
])('%s is told', (_, now, words) => {
  expect(restartNote(LOGIN1, now)).toEqual(expect.stringMatching(words));
});

test('nothing is made up of a server that said nothing before', () => {
  expect(restartNote(undefined, LOGIN1)).toBe(
    'the viewer had ended meanwhile and was started again',
  );
});
