#!/usr/bin/env node
// The `maskwright` command: makes sure that the build is there, then hands over to it; stdout is only the command's own.
import { ensureBuilt } from './lib/bootstrap.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, typedIn } from './lib/paths.mjs';
import { runMain } from './lib/report.mjs';

await runMain(async () => {
  await ensureBuilt();
  const args = [fromRoot('out', 'main', 'cli.cjs'), ...process.argv.slice(2)];
  return run(process.execPath, args, { cwd: typedIn('cli') });
});
