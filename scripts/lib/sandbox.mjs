// Chromium's sandbox: off for root (Electron refuses otherwise), on for everyone else, and a sentence where it cannot be.
import fs from 'node:fs';
import path from 'node:path';
import { capture } from './exec.mjs';
import { StepError } from './report.mjs';

/** Flags for the Electron executable in `dir`; throws a sentence where the sandbox is wanted and impossible. */
export function sandboxFlags(dir) {
  if (process.platform !== 'linux') return [];
  if (process.getuid() === 0 || process.env.MASKWRIGHT_NO_SANDBOX === '1') return ['--no-sandbox'];
  const helper = path.join(dir, 'chrome-sandbox');
  if (isSetUidRoot(helper) || hasUserNamespaces()) return [];
  throw new StepError(
    `Electron's sandbox cannot start: this system offers no user namespaces and ${helper} is not set-uid root; ` +
      `run "sudo chown root:root ${helper} && sudo chmod 4755 ${helper}", ` +
      'or set MASKWRIGHT_NO_SANDBOX=1 to run without it.',
  );
}

function isSetUidRoot(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o4000) !== 0;
}

/** Asks for what Chromium asks for: a new user namespace with a uid map (AppArmor may allow the one and forbid the other). */
function hasUserNamespaces() {
  return capture('unshare', ['--user', '--map-root-user', 'true']).ok;
}
