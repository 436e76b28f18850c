import { expect, test } from 'vitest';
import {
  concealTarget,
  confidentialIn,
  createConcealer,
} from '../../../src/session/doctor/conceal.ts';

test('values of options that may hold a secret are hidden, however they are written', () => {
  const options = [
    'SetEnv=KEY=abcd',
    'proxycommand "nc --token efgh"',
    'Port=22',
    'setenv  X=1234',
  ];
  const target = { host: 'gpu', options };
  expect(concealTarget(target).options).toEqual([
    ...['SetEnv=(hidden)', 'proxycommand=(hidden)', 'Port=22', 'setenv=(hidden)'],
  ]);
  expect(confidentialIn(target)).toEqual(['KEY=abcd', 'nc --token efgh', 'X=1234']);
});

test('a password that was typed into the host is hidden', () => {
  const target = { host: 'ada:s3cret@gpu' };
  expect(concealTarget(target).host).toBe('ada:(hidden)@gpu');
  expect(confidentialIn(target)).toEqual(['s3cret']);
});

test('hidden values are found in the midst of a text, as they are and as a shell has them quoted', () => {
  const conceal = createConcealer(["it's a token", 'abcd', 'abcdef', 'ok']);
  expect(conceal(`ssh -o 'SetEnv=it'\\''s a token' gpu`)).toBe(`ssh -o 'SetEnv=(hidden)' gpu`);
  expect(conceal("it's a token, abcdef, abcd, ok")).toBe('(hidden), (hidden), (hidden), ok');
});
