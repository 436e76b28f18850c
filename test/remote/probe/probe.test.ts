import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { agentSource, probeModules, probePart } from '../../../src/remote/agent-bundle.ts';
import { type ProbeRequest, probeResultSchema } from '../../../src/remote/protocol/probe.ts';
import { replySchema } from '../../../src/remote/protocol/reply.ts';
import { planPythons } from './pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'porthole-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Environments as Python itself lays them out, and programs that are run. */
const versionDependent = ['test_packages.py', 'test_processes.py', 'test_venvs.py'];
const plans = planPythons(here, versionDependent);

describe.each(plans)('the probe under Python $version', ({ executable, suites }) => {
  it.each(suites)('does all that %s says', async (suite) => {
    // unittest exits with 1 and tells what failed on stderr, which execFile puts into its error.
    const { stderr } = await run(executable, ['-B', '-m', 'unittest', suite], { cwd: here });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests?/m);
  });

  it('answers as the schema of the protocol demands, with this very home', async () => {
    const request: ProbeRequest = {
      distributions: ['pip'],
      data: {},
      running: { jupyter: { programs: ['jupyter'], list: 'jupyter' } },
      storage: ['~'],
      prefixes: ['~/none'],
    };
    const child = run(executable, ['-B', join(here, 'run-probe.py')], { maxBuffer: 2 ** 24 });
    child.child.stdin?.end(JSON.stringify(request));
    const result = probeResultSchema.parse(JSON.parse((await child).stdout));
    expect(result.host.uid).toBe(process.getuid?.());
  });

  it('answers as the schema demands for environments of every kind', async () => {
    const home = mkdtempSync(join(scratch, 'home-'));
    const generator = join(here, '../../lab/environment-layouts.py');
    await run(executable, [generator, home, '--venvs', '6', '--condas', '4', '--packages', '3']);
    const child = run(executable, ['-B', join(here, 'run-probe.py')], {
      env: { HOME: home, PATH: '/nonexistent' },
    });
    child.child.stdin?.end(
      JSON.stringify({
        distributions: ['runicorn'],
        data: {},
        running: {},
        storage: [],
        prefixes: [],
      }),
    );
    const result = probeResultSchema.parse(JSON.parse((await child).stdout));
    const mine = result.environments.filter(({ prefix }) => prefix.startsWith(home));
    expect(mine.map(({ kind }) => kind).sort()).toEqual([
      ...Array(4).fill('conda'),
      ...Array(6).fill('venv'),
    ]);
  });
});

describe('the probe as the agent has it, from memory', () => {
  it('travels in less than 24 kB, all that is to be asked of it included', () => {
    expect(Object.keys(probeModules()).length).toBeGreaterThan(10);
    expect(JSON.stringify(probePart()).length).toBeLessThan(24 * 1024);
  });

  it('answers the requests `load` and `probe`', async () => {
    const agent = spawn('python3', ['-I', '-S', '-B', '-c', `received = b""\n${agentSource()}`]);
    agent.stdin.write(`${JSON.stringify({ id: 1, op: 'load', ...probePart() })}\n`);
    const request: ProbeRequest = {
      distributions: ['pip'],
      data: {},
      running: {},
      storage: [],
      prefixes: [],
    };
    agent.stdin.write(`${JSON.stringify({ id: 2, op: 'probe', ...request })}\n`);
    const replies: unknown[] = [];
    for await (const line of createInterface(agent.stdout)) {
      replies.push(JSON.parse(line.replace('\u001e', '')));
      // It lives as long as its stdin is open.
      if (replies.length === 2) agent.stdin.end();
    }
    const answer = replies.map((reply) => replySchema.parse(reply)).find(({ id }) => id === 2);
    if (answer === undefined || !('result' in answer)) throw new Error(JSON.stringify(replies));
    expect(probeResultSchema.parse(answer.result).host.uid).toBe(process.getuid?.());
  });
});
