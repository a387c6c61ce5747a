// `npm run check`: format, lint, types, Svelte and unit tests side by side; each step's output whole, with its time.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { ensureDependencies, ensureNodeVersion } from './lib/dependencies.mjs';
import { plainEnv } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { runMain } from './lib/report.mjs';

const bin = (...parts) => fromRoot('node_modules', ...parts);
const types = (name) => ({
  name: `types (${name})`,
  args: [bin('typescript', 'bin', 'tsc'), '-p', `tsconfig.${name}.json`],
});

// Longest first, so that the last one to start is a short one.
const STEPS = [
  { name: 'unit tests', args: [bin('vitest', 'vitest.mjs'), 'run', '--project', 'unit', '--reporter=dot'] },
  { name: 'lint', args: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'] },
  {
    name: 'svelte',
    args: [bin('svelte-check', 'bin', 'svelte-check'), '--tsconfig', './tsconfig.web.json', '--fail-on-warnings'],
  },
  types('node'),
  { name: 'format', args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  types('web'),
  types('e2e'),
  types('shared'),
];

function runStep({ name, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: repoRoot, env: plainEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece) => (text += piece));
    }
    child.once('error', (error) => (text += error.message));
    child.once('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const isOk = code === 0;
      process.stdout.write(`${isOk ? 'ok  ' : 'FAIL'}  ${name}  ${seconds} s\n`);
      // A step that passed has nothing to say that one would act on.
      if (!isOk) process.stdout.write(`${text.trimEnd()}\n\n`);
      resolve(isOk);
    });
  });
}

/** Runs the steps with at most `width` at a time. */
async function runAll(steps, width) {
  const waiting = [...steps];
  const results = [];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

await runMain(async () => {
  ensureNodeVersion();
  await ensureDependencies();
  const started = performance.now();
  const results = await runAll(STEPS, Math.max(2, os.availableParallelism()));
  const failed = results.filter((isOk) => !isOk).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${results.length - failed} of ${results.length} steps passed in ${seconds} s\n`);
  return failed > 0 ? 1 : 0;
});
