// `npm run soak`: the monkey of the unit tests for much longer, at any seed; then images in the real app, whose memory must stay.
import { ensureWindow } from './lib/bootstrap.mjs';
import { withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain } from './lib/report.mjs';

const USAGE = 'npm run soak -- [number of actions] [first seed] [number of images]';

await runMain(async () => {
  const [count = '50000', seed = '1000', images = '1000', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || ![count, seed, images].every((value) => /^[1-9]\d*$/.test(value)))
    throw new StepError(USAGE, 2);
  const electron = await ensureWindow();
  const args = [
    fromRoot('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'unit',
    'test/unit/renderer/monkey',
  ];
  const env = { ...process.env, MASKWRIGHT_MONKEY_ACTIONS: count, MASKWRIGHT_MONKEY_SEED: seed };
  const code = await run(process.execPath, args, { cwd: repoRoot, env });
  if (code !== 0) return code;
  const memory = ['--import', 'tsx', fromRoot('test', 'soak', 'memory.ts'), images];
  return withDisplay((display) => {
    const own = { MASKWRIGHT_ELECTRON: electron.executable, TSX_TSCONFIG_PATH: fromRoot('tsconfig.e2e.json') };
    return run(process.execPath, memory, { cwd: repoRoot, env: { ...display, ...own } });
  });
});
