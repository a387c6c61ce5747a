// `npm run package-check`: the packaged folder at work, from a place where the checkout is out of its reach (test/package/app.ts).
import fs from 'node:fs';
import path from 'node:path';
import { ensureDependencies, ensureNodeVersion } from './lib/dependencies.mjs';
import { withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { fromRoot, repoRoot } from './lib/paths.mjs';
import { runMain, StepError } from './lib/report.mjs';
import { releaseFolder } from './packaging/configuration.mjs';

await runMain(async () => {
  ensureNodeVersion();
  await ensureDependencies();
  const release = releaseFolder();
  const names = fs.existsSync(release) ? fs.readdirSync(release) : [];
  const folder = names
    .map((name) => path.join(release, name))
    .find((place) => fs.existsSync(path.join(place, 'maskwright-app')));
  if (!folder) throw new StepError('There is no packaged folder in release/: run npm run package first (on Linux).');
  const args = ['--import', 'tsx', fromRoot('test', 'package', 'app.ts'), folder];
  return withDisplay((env) =>
    run(process.execPath, args, { cwd: repoRoot, env: { ...env, TSX_TSCONFIG_PATH: fromRoot('tsconfig.e2e.json') } }),
  );
});
