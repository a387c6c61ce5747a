// `npm run faults`: kills, full disks and lost files at random points, for long; `npm test` takes a few of them.
import { ensureDependencies, ensureNodeVersion } from './lib/dependencies.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain } from './lib/report.mjs';

const USAGE = 'npm run faults -- [number of kills] [first seed]';

await runMain(async () => {
  const [count = '300', seed = '1', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || ![count, seed].every((value) => /^[1-9]\d*$/.test(value))) throw new StepError(USAGE, 2);
  ensureNodeVersion();
  await ensureDependencies();
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'integration', '--testTimeout=3600000', 'test/integration/faults'];
  const env = { ...process.env, MASKWRIGHT_FAULTS: count, MASKWRIGHT_FAULTS_SEED: seed };
  return run(process.execPath, args, { cwd: repoRoot, env });
});
