// Makes node_modules match package-lock.json: npm ci where it is absent or stale, nothing where it is fresh.
import fs from 'node:fs';
import { hashContents, readStamp } from './contentHash.mjs';
import { runNpm } from './exec.mjs';
import { withLock } from './lock.mjs';
import { requireOwnFolder } from './ownFolder.mjs';
import { fromRoot, repoRoot } from './paths.mjs';
import { StepError, say } from './report.mjs';

const MIN_NODE = [20, 19];

export function ensureNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new StepError(
    `Maskwright needs Node ${MIN_NODE.join('.')} or newer, this is ${process.versions.node}: install a newer Node.`,
  );
}

export async function ensureDependencies() {
  // A published package carries no lock file: its dependencies were installed by whoever installed it.
  if (!fs.existsSync(fromRoot('package-lock.json')) || isFresh()) return;
  await withLock('install', async () => {
    if (isFresh()) return;
    requireOwnFolder(fromRoot('node_modules'));
    say('Installing dependencies (npm ci).');
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
    const code = await runNpm(args, { cwd: repoRoot, output: 'stderr' });
    if (code !== 0)
      throw new StepError(`Installing dependencies failed: npm ci ended with code ${code}, see its output above.`);
    writeStamp();
  });
}

function isFresh() {
  if (!fs.existsSync(fromRoot('node_modules'))) return false;
  if (readStamp(stampFile()) === wantedStamp()) return true;
  // Installed by hand (npm install): npm's own record of what is there decides.
  if (!matchesLock()) return false;
  writeStamp();
  return true;
}

/** The stamp lives inside node_modules, so that deleting the folder deletes the claim. */
function stampFile() {
  return fromRoot('node_modules', '.maskwright-installed');
}

function wantedStamp() {
  return `${process.platform}-${process.arch} ${hashContents(repoRoot, ['package-lock.json'])}`;
}

function writeStamp() {
  try {
    fs.writeFileSync(stampFile(), `${wantedStamp()}\n`);
  } catch {
    // A read-only checkout: the check just runs again next time.
  }
}

function matchesLock() {
  try {
    const wanted = readPackages(fromRoot('package-lock.json'));
    const present = readPackages(fromRoot('node_modules', '.package-lock.json'));
    return Object.entries(wanted).every(([place, entry]) => {
      if (place === '') return true;
      // Optional packages of other platforms are in the lock and rightly not on disk.
      if (!present[place]) return Boolean(entry.optional);
      return present[place].version === entry.version && fs.existsSync(fromRoot(place));
    });
  } catch {
    return false;
  }
}

function readPackages(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
}
