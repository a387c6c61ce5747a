/** What the window shows about the program: its version, its processes, the licences of what it is made of, and what helps to find a fault. */
import type { About, AppRequests, LicencedPackage, ProcessInfo } from '@shared/ipc/app';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import { app, clipboard, screen, shell } from 'electron';
import { mkdir, readFile } from 'node:fs/promises';
import { arch, availableParallelism, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { diagnosticsText } from './diagnostics';

type Abouts = Pick<AppRequests, 'app.about' | 'app.licence' | 'app.copyDiagnostics' | 'app.openLogFolder'>;

interface Licences {
  readonly packages: readonly LicencedPackage[];
  readonly texts: readonly string[];
}

/** Written beside the build by scripts/lib/licences.mjs. */
const readLicences = async (): Promise<Licences> => {
  const text = await readFile(join(__dirname, '..', 'licences.json'), 'utf8').catch(() => null);
  return text === null ? { packages: [], texts: [] } : (JSON.parse(text) as Licences);
};

export function createAboutHandlers(logFolder: string): Handlers<Abouts> {
  return {
    'app.about': async () => ({ ...facts(), licences: (await readLicences()).packages }),

    'app.licence': async ({ text }) => {
      const found = (await readLicences()).texts[text];
      if (found === undefined) throw new AppError('usage', `There is no licence ${text}`);
      return found;
    },

    'app.copyDiagnostics': async () => {
      const log = await readFile(join(logFolder, 'maskwright.log'), 'utf8').catch(() => '');
      const screens = screen
        .getAllDisplays()
        .map(({ size, scaleFactor }) => `${size.width} x ${size.height} at ${scaleFactor}`);
      const memoryGb = Math.round(totalmem() / 2 ** 30);
      const machine = { language: app.getLocale(), screens, memoryGb, cores: availableParallelism() };
      const text = diagnosticsText({ ...facts(), ...machine }, log);
      clipboard.writeText(text);
      return text;
    },

    'app.openLogFolder': async () => {
      await mkdir(logFolder, { recursive: true });
      const problem = await shell.openPath(logFolder);
      if (problem !== '') {
        throw new AppError('bad-input', `The folder of the log could not be shown (${problem})`, {
          hint: `it is ${logFolder}`,
        });
      }
      return null;
    },
  };
}

function facts(): Omit<About, 'licences'> {
  const { electron, chrome } = process.versions;
  return {
    version: app.getVersion(),
    platform: `${type()} ${release()}, ${arch()}`,
    runtime: `Electron ${electron}, Chrome ${chrome.split('.')[0]}`,
    processes: app.getAppMetrics().map(processInfo),
  };
}

const words: Readonly<Record<string, string>> = {
  Browser: 'Main',
  Tab: 'Window',
  GPU: 'Graphics',
  'Network Service': 'Network service',
  'maskwright-store': 'Project file',
  'maskwright-vision': 'Images and methods',
  'maskwright-inference': 'Models',
};

function processInfo({ type, name, serviceName, memory }: Electron.ProcessMetric): ProcessInfo {
  const known = words[name ?? ''] ?? words[serviceName ?? ''] ?? words[type];
  return { name: known ?? name ?? serviceName ?? type, memoryMb: Math.round(memory.workingSetSize / 1024) };
}
