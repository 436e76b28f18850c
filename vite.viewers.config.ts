import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vite.config.ts';

/** The tests of viewers whose packages are large: `npm run test:viewers`. */
const config = mergeConfig(base, defineConfig({ test: { testTimeout: 240_000, maxWorkers: 2 } }));
config.test.include = ['test/e2e/viewers/*.viewer.ts', 'test/e2e/viewers/tensorboard.test.ts'];

export default config;
