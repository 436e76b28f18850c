import { expect, test } from 'vitest';
import { jumpTarget } from '../../src/ssh/first-hop.ts';

const configFile = '/etc/config';

test.each([
  ['bastion', { host: 'bastion' }],
  ['ada@bastion:2222', { host: 'ada@bastion', port: 2222 }],
  ['ssh://ada@bastion:22/', { host: 'ada@bastion', port: 22 }],
  ['[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222 }],
  ['ada@[::1]', { host: 'ada@::1' }],
])('a jump host is taken as ssh writes it: %s', (words, target) => {
  expect(jumpTarget(words, { host: 'gpu', configFile, options: ['User=x'] })).toEqual({
    ...target,
    configFile,
  });
});
