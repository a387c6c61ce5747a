// Decides which Electron runs the app: one named by the environment, the official download, or the test runtime.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './lib/exec.mjs';
import { fromRoot } from './lib/paths.mjs';
import { StepError, runMain, say } from './lib/report.mjs';
import { ensureTestRuntime, isTestRuntimeOffered } from './lib/testRuntime.mjs';

const RELEASES = 'https://github.com/electron/electron/releases/download/';
const PROBE_MS = 4000;
const DOWNLOAD_MS = 10 * 60 * 1000;

const EXECUTABLE =
  {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  }[process.platform] ?? 'electron';

let resolved;

/**
 * Finds or installs Electron and returns `{executable, dir, kind, version}`; decided once a process.
 * `kind` is 'override' (environment), 'official' or 'testruntime'. Throws a StepError with one sentence.
 */
export function resolveElectron() {
  resolved ??= decide();
  return resolved;
}

async function decide() {
  const override = process.env.MASKWRIGHT_ELECTRON || process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return fromOverride(path.resolve(override));
  const official = await tryOfficial();
  if (official) return official;
  if (!isTestRuntimeOffered) {
    throw new StepError(
      `Electron could not be downloaded from ${releaseBase()} and no other runtime is known for ` +
        `${process.platform}-${process.arch}: connect to the network, or set MASKWRIGHT_ELECTRON to an unpacked Electron.`,
    );
  }
  const { dir, version } = await ensureTestRuntime();
  say(`The official Electron is out of reach: using the test runtime, Electron ${version} (for testing only).`);
  return { executable: path.join(dir, EXECUTABLE), dir, kind: 'testruntime', version };
}

/** The environment may name the unpacked folder or the executable in it. */
function fromOverride(named) {
  const isFolder = fs.existsSync(named) && fs.statSync(named).isDirectory();
  const executable = isFolder ? path.join(named, EXECUTABLE) : named;
  if (!fs.existsSync(executable)) {
    throw new StepError(
      `MASKWRIGHT_ELECTRON or ELECTRON_OVERRIDE_DIST_PATH names ${named}, but ${executable} is not there.`,
    );
  }
  const dir = path.dirname(executable);
  return { executable, dir, kind: 'override', version: readVersion(dir) ?? 'unknown' };
}

async function tryOfficial() {
  const folder = fromRoot('node_modules', 'electron');
  const dir = path.join(folder, 'dist');
  const { version } = createRequire(import.meta.url)(path.join(folder, 'package.json'));
  const found = { executable: path.join(dir, EXECUTABLE), dir, kind: 'official', version };
  const isInstalled = () => readVersion(dir) === version && fs.existsSync(found.executable);
  if (isInstalled()) return found;
  if (!(await isReachable(`${releaseBase()}v${version}/SHASUMS256.txt`))) return undefined;
  say(`Downloading Electron ${version}.`);
  const code = await run(process.execPath, [path.join(folder, 'install.js')], {
    output: 'ignore',
    timeoutMs: DOWNLOAD_MS,
  });
  if (code === 0 && isInstalled()) return found;
  say(`The download of Electron ${version} failed (code ${code}).`);
  return undefined;
}

function releaseBase() {
  const mirror = process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || RELEASES;
  return mirror.endsWith('/') ? mirror : `${mirror}/`;
}

/** A short question before the long download, so that a page out of reach costs seconds, not minutes. */
async function isReachable(url) {
  // Node's fetch knows no proxy before version 24; the package's own downloader does, so let it try.
  if (process.env.ELECTRON_GET_USE_PROXY) return true;
  try {
    const reply = await fetch(url, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(PROBE_MS) });
    return reply.ok;
  } catch {
    return false;
  }
}

/** The `version` file that every unpacked Electron carries, without its leading v. */
function readVersion(dir) {
  try {
    return fs.readFileSync(path.join(dir, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    process.stdout.write(`${JSON.stringify(await resolveElectron())}\n`);
  });
}
