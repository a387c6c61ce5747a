// Installs electron-builder, which only `npm run package` needs, into its own folder.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { runNpm } from './exec.mjs';
import { withLock } from './lock.mjs';
import { requireOwnFolder } from './ownFolder.mjs';
import { fromRoot } from './paths.mjs';
import { StepError, say } from './report.mjs';

const folder = fromRoot('scripts', 'packaging');

/** Returns electron-builder's module. */
export async function ensureBuilder() {
  if (!isFresh()) {
    await withLock('packaging', async () => {
      if (isFresh()) return;
      requireOwnFolder(path.join(folder, 'node_modules'));
      say('Installing electron-builder (npm ci).');
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
      const code = await runNpm(args, { cwd: folder, output: 'stderr' });
      if (code !== 0) throw new StepError(`electron-builder could not be installed: npm ci ended with code ${code}.`);
    });
  }
  return createRequire(path.join(folder, 'package.json'))('electron-builder');
}

function isFresh() {
  const installed = path.join(folder, 'node_modules', 'electron-builder', 'package.json');
  const wanted = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies;
  return (
    fs.existsSync(installed) && JSON.parse(fs.readFileSync(installed, 'utf8')).version === wanted['electron-builder']
  );
}
