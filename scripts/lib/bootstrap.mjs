// Brings a checkout from nothing to runnable, each step skipped where it is done.
import { ensureBuild } from './build.mjs';
import { ensureDependencies, ensureNodeVersion } from './dependencies.mjs';
import { needsXvfb } from './display.mjs';
import { sandboxFlags } from './sandbox.mjs';
import { ensureSharpWasm } from './sharpWasm.mjs';
import { ensureSystemLibraries } from './systemLibraries.mjs';

/** For commands that need no window: dependencies and the build. Everything it says goes to stderr. */
export async function ensureBuilt() {
  ensureNodeVersion();
  await ensureDependencies();
  await ensureBuild();
}

/** Adds what a window needs; returns the Electron executable and the flags it must be started with. */
export async function ensureWindow() {
  ensureNodeVersion();
  await ensureDependencies();
  await ensureSharpWasm();
  const { resolveElectron } = await import('../electronRuntime.mjs');
  const electron = await resolveElectron();
  await ensureSystemLibraries(electron.executable, { withXvfb: needsXvfb() });
  const flags = sandboxFlags(electron.dir);
  await ensureBuild();
  return { ...electron, flags };
}
