// `npm run bench`: makes sure that the build is there, then runs the benchmarks; stdout is only their JSON lines.
import { ensureBuilt } from './lib/bootstrap.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { runMain } from './lib/report.mjs';

await runMain(async () => {
  await ensureBuilt();
  const tsx = fromRoot('node_modules', 'tsx', 'dist', 'cli.mjs');
  const args = [tsx, '--tsconfig', fromRoot('tsconfig.node.json'), fromRoot('test', 'bench', 'run.ts')];
  return run(process.execPath, [...args, ...process.argv.slice(2)], { cwd: repoRoot });
});
