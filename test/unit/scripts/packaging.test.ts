/** What goes into packages: the configuration as electron-builder takes it, the files of each platform, and the Debian package. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScript, repoRoot } from './loadScript';

const { configuration, missingRuntime, projectType } = await loadScript('packaging/configuration.mjs');
const { control, desktopEntry, mimeTypes } = await loadScript('packaging/debian.mjs');
const { capture, isOnPath } = await loadScript('lib/exec.mjs');

// Both come with eslint, which no checkout is without.
const requireOfEslint = createRequire(createRequire(import.meta.url).resolve('eslint/package.json'));
const Ajv = requireOfEslint('ajv') as new (options: object) => {
  compile(schema: object): ((data: unknown) => boolean) & { errors: unknown };
};
const { minimatch } = requireOfEslint('minimatch') as {
  minimatch: (path: string, pattern: string, options: object) => boolean;
};

const platforms = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
  { platform: 'darwin', arch: 'arm64' },
];
const configurationOf = (how: (typeof platforms)[number], version = '45.4.1') =>
  configuration({ electron: { version }, dist: '/electron', output: '/release', ...how });
const isPacked = ({ files }: { files: string[] }, path: string) =>
  !files.some((pattern) => pattern.startsWith('!') && minimatch(path, pattern.slice(1), { dot: true }));

describe.each(platforms)('the configuration for $platform-$arch', (how) => {
  const config = configurationOf(how);

  it('is what electron-builder takes', () => {
    const schema = JSON.parse(readFileSync(join(repoRoot, 'scripts/packaging/scheme.json'), 'utf8')) as object;
    const validate = new Ajv({ logger: false }).compile(schema);
    expect(validate(config) || validate.errors).toBe(true);
    expect(validate({ ...config, deb: { ...config.deb, dependz: [] } })).toBe(false);
  });

  it('takes the natives of this platform and no other', () => {
    const bin = 'node_modules/onnxruntime-node/bin/napi-v6';
    const systems = ['linux/x64', 'linux/arm64', 'win32/x64', 'win32/arm64', 'darwin/arm64'];
    const packed = systems.filter((system) => isPacked(config, `${bin}/${system}/onnxruntime_binding.node`));
    expect(packed).toEqual([`${how.platform}/${how.arch}`]);
    expect(isPacked(config, 'node_modules/@libsql/linux-x64-gnu/index.node')).toBe(true);
    expect(isPacked(config, 'node_modules/@img/sharp-linux-x64/lib/sharp.node')).toBe(how.platform !== 'linux');
    expect(isPacked(config, 'node_modules/@img/sharp-win32-x64/lib/sharp.node')).toBe(true);
  });

  it('takes every file that the build has, and none of the sources or of earlier packages', () => {
    const positive = (config.files as string[]).filter((pattern) => !pattern.startsWith('!'));
    expect(positive).toEqual(['package.json', 'out/**']);
    expect(
      ['out/main/index.cjs', 'out/preload/preload.cjs', 'out/renderer/index.html'].every((f) => isPacked(config, f)),
    ).toBe(true);
  });

  it('closes what an attacker on the machine could open, but for the command line', () => {
    expect(config.electronFuses).toMatchObject({
      runAsNode: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: how.platform !== 'linux',
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

it('a system that ONNX Runtime has no library for is refused with a sentence, before anything is built', () => {
  const has = (file: string) => /(linux|win32)\/(x64|arm64)|darwin\/arm64/.test(file);
  for (const { platform, arch } of platforms) expect(missingRuntime(platform, arch, has)).toBeNull();
  expect(missingRuntime('darwin', 'x64', has)).toMatch(/macOS on x64.*Apple processor/);
  expect(missingRuntime('linux', 'ia32', has)).toMatch(/Linux on ia32/);
});

it('what the installer of Windows writes beside the program goes with it, and is of this user', () => {
  const text = readFileSync(join(repoRoot, 'scripts/packaging/windows/association.nsh'), 'utf8');
  const macro = (name: string) => new RegExp(`!macro ${name}\\n([\\s\\S]*?)!macroend`).exec(text)![1];
  const [install, remove] = ['customInstall', 'customUnInstall'].map(macro);
  const all = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map(([, one]) => one);
  const keys = all(install, /^ *WriteRegStr SHELL_CONTEXT "([^"]+)"/gm);
  const removed = all(remove, /^ *DeleteRegKey SHELL_CONTEXT "([^"]+)"/gm);
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys)
    expect(
      removed.some((one) => `${key}\\`.startsWith(`${one}\\`)),
      key,
    ).toBe(true);
  const files = all(install, /^ *FileOpen \S+ "([^"]+)" w/gm);
  expect(files).toEqual(all(remove, /^ *Delete "([^"]+)"/gm));
  expect(files.every((file) => file.startsWith('$LOCALAPPDATA'))).toBe(true);
  expect(text).not.toMatch(/HKLM|HKEY_LOCAL_MACHINE|Environment/);
});

it('every dependency that is left out is in the build', () => {
  const { dependencies } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const config = configurationOf(platforms[0]);
  const leftOut = Object.keys(dependencies).filter((name) => !isPacked(config, `node_modules/${name}/package.json`));
  const built = readFileSync(join(repoRoot, 'electron.vite.config.ts'), 'utf8');
  const intoMain = JSON.parse(
    /externalizeDeps: \{ exclude: (\[[^\]]*\])/.exec(built)![1].replaceAll("'", '"'),
  ) as string[];
  // What only the page uses is bundled with it.
  expect(leftOut.sort()).toEqual([...intoMain, 'konva'].sort());
  const mainFiles = readdirSync(join(repoRoot, 'src-main'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(repoRoot, 'src-main', name), 'utf8'));
  expect(mainFiles.some((text) => /from 'konva/.test(text))).toBe(false);
});

describe('the Debian package', () => {
  const config = configurationOf(platforms[0]);
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'maskwright-debian-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('opens project files from the menu entry', () => {
    const entry = desktopEntry(config) as string;
    expect(entry).toContain('Exec=/opt/maskwright/maskwright-app %F\n');
    expect(entry).toContain(`MimeType=${projectType.mime};\n`);
    expect(mimeTypes()).toContain(`<glob pattern="*.maskwright"`);
  });

  it.runIf(isOnPath('desktop-file-validate'))('has an entry that the desktop takes', () => {
    const file = join(folder, 'maskwright.desktop');
    writeFileSync(file, desktopEntry(config));
    expect(capture('desktop-file-validate', [file])).toEqual({ ok: true, code: 0, text: '' });
    writeFileSync(file, (desktopEntry(config) as string).replace('Type=Application', 'Type=Nothing'));
    expect(capture('desktop-file-validate', [file]).ok).toBe(false);
  });
  if (!isOnPath('desktop-file-validate'))
    console.log('desktop-file-validate is not here: the menu entry is not checked');

  it('says what it needs, and where it must not be given away', () => {
    const of = (isTest: boolean) =>
      control({ ...config, version: '1.2.3', architecture: 'amd64', installedBytes: 2048, isTest }) as string;
    expect(of(false)).toContain('Package: maskwright\nVersion: 1.2.3\nArchitecture: amd64\n');
    expect(of(false)).toMatch(/^Depends: .*libgtk-3-0/m);
    expect(of(false)).toMatch(/^Installed-Size: 2$/m);
    expect(of(false)).not.toContain('test');
    expect(of(true)).toContain('Version: 1.2.3~testruntime');
    expect(of(true)).toContain('not to be given to anybody');
  });
});
