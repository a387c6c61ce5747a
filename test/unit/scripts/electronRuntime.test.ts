/** Which Electron is taken where the environment names one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ElectronRuntime } from '../../../scripts/electronRuntime.mjs';
import { loadScript } from './loadScript';

async function resolveWith(named: string): Promise<ElectronRuntime> {
  vi.stubEnv('MASKWRIGHT_ELECTRON', named);
  vi.resetModules();
  const { resolveElectron } = await loadScript('electronRuntime.mjs');
  return resolveElectron();
}

describe.skipIf(process.platform !== 'linux')('an Electron named by the environment', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'maskwright-electron-'));
    writeFileSync(join(folder, 'electron'), '');
    writeFileSync(join(folder, 'version'), 'v99.1.0\n');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('may be the folder or the executable', async () => {
    const found = { executable: join(folder, 'electron'), dir: folder, kind: 'override', version: '99.1.0' };
    expect(await resolveWith(folder)).toEqual(found);
    expect(await resolveWith(join(folder, 'electron'))).toEqual(found);
  });

  it('is refused with a sentence where it is not there', async () => {
    await expect(resolveWith(join(folder, 'gone'))).rejects.toThrow(/MASKWRIGHT_ELECTRON .* is not there/);
  });
});
