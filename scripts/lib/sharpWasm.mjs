// Installs sharp's WebAssembly build, which decodes images inside Electron on Linux (docs/adr/0005).
import fs from 'node:fs';
import path from 'node:path';
import { runNpm } from './exec.mjs';
import { withLock } from './lock.mjs';
import { requireOwnFolder } from './ownFolder.mjs';
import { fromRoot } from './paths.mjs';
import { StepError, say } from './report.mjs';

const folder = fromRoot('resources', 'sharp-wasm');

export async function ensureSharpWasm() {
  if (process.platform !== 'linux' || isFresh()) return;
  await withLock('sharp-wasm', async () => {
    if (isFresh()) return;
    requireOwnFolder(path.join(folder, 'node_modules'));
    say("Installing sharp's WebAssembly build (npm ci).");
    // npm installs packages for this pretended architecture only when asked by name.
    const args = ['ci', '--cpu=wasm32', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
    const code = await runNpm(args, { cwd: folder, output: 'stderr' });
    if (code !== 0)
      throw new StepError(`sharp's WebAssembly build could not be installed: npm ci ended with code ${code}.`);
  });
}

function isFresh() {
  return wantedVersion() === installedVersion();
}

function wantedVersion() {
  return readJson('package.json')?.dependencies['@img/sharp-wasm32'];
}

function installedVersion() {
  return readJson('node_modules', '@img', 'sharp-wasm32', 'package.json')?.version;
}

function readJson(...parts) {
  const file = path.join(folder, ...parts);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}
