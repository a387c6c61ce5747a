// `npm run soak`: the monkey of the unit tests for much longer, at any seed.
import { ensureNodeVersion, ensureDependencies } from './lib/dependencies.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain } from './lib/report.mjs';

const USAGE = 'npm run soak -- [number of actions] [first seed]';

await runMain(async () => {
  const [count = '50000', seed = '1000', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || ![count, seed].every((value) => /^[1-9]\d*$/.test(value))) throw new StepError(USAGE, 2);
  ensureNodeVersion();
  await ensureDependencies();
  const args = [
    fromRoot('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'unit',
    'test/unit/renderer/monkey',
  ];
  const env = { ...process.env, MASKWRIGHT_MONKEY_ACTIONS: count, MASKWRIGHT_MONKEY_SEED: seed };
  return run(process.execPath, args, { cwd: repoRoot, env });
});
