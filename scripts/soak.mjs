// `npm run soak`: the monkey of the unit tests for much longer, at any seed; then images in the real app, whose memory must stay. `photos`: an hour of annotating, by mouse.
import path from 'node:path';
import { ensureWindow } from './lib/bootstrap.mjs';
import { withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { StepError, runMain } from './lib/report.mjs';

const USAGE =
  'npm run soak -- [number of actions] [first seed] [number of images], or: npm run soak -- photos FOLDER_OF_COCO_MINI';

/** A program of test/soak in the real app, under a display. */
function runInApp(electron, program, args) {
  const node = ['--import', 'tsx', fromRoot('test', 'soak', program), ...args];
  return withDisplay((display) => {
    const own = { MASKWRIGHT_ELECTRON: electron.executable, TSX_TSCONFIG_PATH: fromRoot('tsconfig.e2e.json') };
    return run(process.execPath, node, { cwd: repoRoot, env: { ...display, ...own } });
  });
}

await runMain(async () => {
  const [what, folder, ...none] = process.argv.slice(2);
  if (what === 'photos') {
    if (!folder || none.length > 0) throw new StepError(USAGE, 2);
    return runInApp(await ensureWindow(), 'photoSession.ts', [path.resolve(folder)]);
  }
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
  return runInApp(electron, 'memory.ts', [images]);
});
