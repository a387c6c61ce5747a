// Debian's shared libraries for Electron: finds what is missing and installs exactly that where it may.
import { capture, isOnPath, run } from './exec.mjs';
import { StepError, say } from './report.mjs';

// Debian package of each library that an Electron executable links and a bare system lacks. Names without the t64
// suffix of newer releases: `packageName` finds which of the two exists.
const PACKAGE_OF = {
  'libgtk-3.so.0': 'libgtk-3-0',
  'libgdk-3.so.0': 'libgtk-3-0',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libgbm.so.1': 'libgbm1',
  'libdrm.so.2': 'libdrm2',
  'libasound.so.2': 'libasound2',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libcairo.so.2': 'libcairo2',
  'libexpat.so.1': 'libexpat1',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libX11.so.6': 'libx11-6',
  'libxcb.so.1': 'libxcb1',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXrandr.so.2': 'libxrandr2',
  'libudev.so.1': 'libudev1',
};
// Loaded by name while running, so that ldd does not see them; asked for only where something is missing anyway.
const ALWAYS_WITH = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2', 'libatk-bridge2.0-0'];

/** Linux only: makes the libraries of `executable` (and Xvfb where `withXvfb`) available, or says what to install. */
export async function ensureSystemLibraries(executable, { withXvfb }) {
  if (process.platform !== 'linux') return;
  const missing = missingNow(executable, withXvfb);
  if (missing.length === 0) return;
  if (process.getuid() !== 0 || !isOnPath('apt-get')) {
    throw new StepError(
      `System libraries are missing: install ${missing.join(' ')} (as root: apt-get install ${missing.join(' ')}), then try again.`,
    );
  }
  await install(missing);
  const left = missingNow(executable, withXvfb);
  if (left.length > 0) throw new StepError(`Still missing after the installation: ${left.join(' ')}.`);
}

function missingNow(executable, withXvfb) {
  const packages = packagesFor(missingLibraries(capture('ldd', [executable]).text));
  return withXvfb && !isOnPath('Xvfb') ? [...packages, 'xvfb'] : packages;
}

/** Sonames that ldd reports as not found. */
export function missingLibraries(lddText) {
  return [...lddText.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** Debian packages (older names) for missing sonames, each once. */
export function packagesFor(sonames) {
  if (sonames.length === 0) return [];
  const named = sonames.map((soname) => PACKAGE_OF[soname]).filter((name) => name !== undefined);
  return [...new Set([...ALWAYS_WITH, ...named])];
}

async function install(packages) {
  say(`Installing system libraries (apt-get): ${packages.join(' ')}.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A stale or partly unreachable package index often still serves, so only the installation decides.
  await run('apt-get', ['update', '-qq'], { env, output: 'stderr' });
  const names = packages.map((name) => packageName(name, isKnownToApt));
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...names];
  const code = await run('apt-get', args, { env, output: 'stderr' });
  if (code !== 0)
    throw new StepError(`apt-get could not install ${names.join(' ')} (code ${code}), see its output above.`);
}

/** Debian 13 and Ubuntu 24.04 renamed libraries to NAMEt64 and keep some old names as ambiguous virtual packages. */
export function packageName(name, isKnown) {
  return isKnown(`${name}t64`) ? `${name}t64` : name;
}

function isKnownToApt(name) {
  return capture('apt-cache', ['show', '--no-all-versions', name]).ok;
}
