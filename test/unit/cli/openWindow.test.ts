/** Which command lines of an installed program are for the window, and which for the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isForWindow, requireFile } from '../../../src-main/cli/lib/openWindow';
import { createProgram } from '../../../src-main/cli/program';
import { Session } from '../../../src-main/cli/lib/session';

const program = createProgram(new Session({ out: () => undefined, err: () => undefined, isTerminal: false }));
const commands = new Set(program.commands.map((command) => command.name()));
const isWindow = (...args: string[]) => isForWindow(args, commands);

describe('maskwright FILE', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'maskwright-open-'));
    file = join(folder, 'cells and more.maskwright');
    writeFileSync(file, '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is the window where the file or the folder is there', () => {
    expect(isWindow(file)).toBe(true);
    expect(isWindow(folder)).toBe(true);
    expect(isWindow(file, `--user-data=${folder}`)).toBe(true);
    expect(isWindow('--sample')).toBe(true);
  });

  it('is a command, and its complaint, everywhere else', () => {
    for (const name of commands) expect(isWindow(name)).toBe(false);
    expect(isWindow('info', file)).toBe(false);
    expect(isWindow(join(folder, 'absent.maskwright'))).toBe(false);
    for (const option of ['--version', '-V', '--help', '-h', '--bogus']) {
      expect(isWindow(option)).toBe(false);
      expect(isWindow(file, option)).toBe(false);
    }
  });

  it('is a command where a folder has the name of one', () => {
    expect(commands.has('render')).toBe(true);
    expect(isForWindow(['.'], new Set(['.']))).toBe(false);
  });

  it('says that a file is not there, and leaves other words to the command line', () => {
    const absent = join(folder, 'absent.maskwright');
    expect(() => requireFile([absent], commands)).toThrow(`${absent} does not exist`);
    for (const args of [[], [file], ['info', absent], ['bogus'], ['--version']]) {
      expect(() => requireFile(args, commands)).not.toThrow();
    }
  });

  it.runIf(process.platform === 'linux')('is the window without arguments where there is a display', () => {
    vi.stubEnv('WAYLAND_DISPLAY', '');
    vi.stubEnv('DISPLAY', ':0');
    expect(isWindow()).toBe(true);
    vi.stubEnv('DISPLAY', '');
    expect(isWindow()).toBe(false);
  });
});
