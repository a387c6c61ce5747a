// `npm run fuzz`: datasets bent at random through every command, and files of every format through its reader; `npm test` takes a few.
import { ensureBuilt } from './lib/bootstrap.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain } from './lib/report.mjs';

const USAGE = 'npm run fuzz -- [number of datasets] [first seed] [number of files]';

await runMain(async () => {
  const [count = '220', seed = '1', files = '10000', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || ![count, seed, files].every((value) => /^[1-9]\d*$/.test(value)))
    throw new StepError(USAGE, 2);
  await ensureBuilt();
  const args = [fromRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'unit', 'test/unit/cli/fuzz'];
  const env = { ...process.env, MASKWRIGHT_FUZZ: count, MASKWRIGHT_FUZZ_SEED: seed, MASKWRIGHT_FUZZ_FILES: files };
  return run(process.execPath, args, { cwd: repoRoot, env });
});
