import { describe, expect, test } from 'vitest';
import { exitCodeOf, isFailure, type PortholeError } from '../../src/core/errors.ts';
import { chooseEnvironment } from '../../src/session/plan.ts';
import { PACKAGED_VIEWERS } from '../../src/viewers/registry.ts';
import { environment, probe } from './probe-samples.ts';

/** Every package of every adapter, with the version that it must have. */
const REQUIREMENTS = PACKAGED_VIEWERS.flatMap((viewer) =>
  viewer.distributions.map(({ distribution, oldestVersion }) => ({
    ...{ viewer, id: viewer.id, distribution, oldestVersion },
  })),
);

/** "0.5.0" -> "0.4.9999", "4.0.0" -> "3.9999.9999" */
const justBelow = (version: string): string => {
  const parts = version.split('.').map(Number);
  const at = parts.findLastIndex((part) => part > 0);
  return parts.map((part, i) => (i < at ? part : i === at ? part - 1 : 9999)).join('.');
};

const choose = (packages: Record<string, string>, viewer: (typeof PACKAGED_VIEWERS)[number]) =>
  chooseEnvironment(probe([environment('it', { packages })]), { viewer, environment: 'it' });

const failureOf = (work: () => unknown): PortholeError => {
  try {
    work();
  } catch (error) {
    if (isFailure(error, 'viewer-too-old') || isFailure(error, 'viewer-missing')) return error;
    throw error;
  }
  throw new Error('Expected a failure');
};

test('every adapter names at least one package', () => {
  expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(PACKAGED_VIEWERS.length);
});

describe.each(REQUIREMENTS)('$id by $distribution', (one) => {
  const { viewer, distribution, oldestVersion } = one;

  test(`is started from ${oldestVersion} on`, () => {
    for (const version of [oldestVersion, `${oldestVersion}.post1`, '9999.0']) {
      expect(choose({ [distribution]: version }, viewer).version).toBe(version);
    }
  });

  test(`is refused below ${oldestVersion}, with the command that upgrades it`, () => {
    const version = justBelow(oldestVersion);
    const error = failureOf(() => choose({ [distribution]: version }, viewer));
    expect(error).toMatchObject({
      code: 'viewer-too-old',
      message: `${viewer.title} ${version} in the environment "it" is too old; porthole needs ${oldestVersion} or newer.`,
      hint: expect.stringContaining(
        `/home/ada/it/bin/python -m pip install --upgrade ${distribution} `,
      ),
    });
    expect(exitCodeOf(error.code)).toBe(6);
  });
});

describe.each(PACKAGED_VIEWERS)('$id', (viewer) => {
  test('that is not installed is refused with the command that installs it', () => {
    const [first] = viewer.distributions;
    const error = failureOf(() => choose({ somethingelse: '1.0' }, viewer));
    expect(error).toMatchObject({
      code: 'viewer-missing',
      message: `${viewer.title} is not installed in the environment "it" (/home/ada/it).`,
      hint: expect.stringContaining(
        `/home/ada/it/bin/python -m pip install --upgrade ${first?.distribution} `,
      ),
    });
    expect(exitCodeOf(error.code)).toBe(6);
  });
});

test('one of several packages that is new enough will do, whatever the other is', () => {
  const jupyter = PACKAGED_VIEWERS.find(({ id }) => id === 'jupyter');
  if (jupyter === undefined) throw new Error('There is no Jupyter.');
  expect(choose({ jupyterlab: '3.6.0', notebook: '7.2.0' }, jupyter).version).toBe('7.2.0');
});
