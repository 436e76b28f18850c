import { expect, test } from 'vitest';
import type { LaunchEnvironment } from '../../src/viewers/adapter.ts';
import { installCommand } from '../../src/viewers/install-command.ts';

const commandFor = (kind: LaunchEnvironment['kind'], prefix = '/p/e') =>
  installCommand({ kind, name: 'e', prefix, python: `${prefix}/bin/python` }, 'runicorn');

test('each kind of environment gets the command of its own tool', () => {
  expect(commandFor('venv')).toBe('/p/e/bin/python -m pip install --upgrade runicorn');
  expect(commandFor('conda')).toBe('/p/e/bin/python -m pip install --upgrade runicorn');
  expect(commandFor('uv')).toBe('uv pip install --python /p/e/bin/python --upgrade runicorn');
  expect(commandFor('pipx')).toBe('pipx inject e --force runicorn');
  expect(commandFor('pixi', '/w/.pixi/envs/e')).toBe('pixi add --manifest-path /w --pypi runicorn');
});

test('the system’s Python is left alone: it refuses installs, and a new environment is found', () => {
  expect(
    installCommand(
      { kind: 'system', name: 's', prefix: '/usr', python: '/usr/bin/python3' },
      'runicorn',
    ),
  ).toBe(
    '/usr/bin/python3 -m venv ~/.virtualenvs/runicorn && ~/.virtualenvs/runicorn/bin/python -m pip install --upgrade runicorn',
  );
});

test('a path that a shell would read otherwise is quoted', () => {
  expect(commandFor('venv', "/my $(x) 'e'")).toBe(
    `'/my $(x) '\\''e'\\''/bin/python' -m pip install --upgrade runicorn`,
  );
});
