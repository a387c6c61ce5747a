/** Keeps the settings file: read at start, replaced whole at each change, set aside when it cannot be understood. */
import { AppError } from '@shared/errors/appError';
import {
  changeSettings,
  defaultSettings,
  parseSettings,
  serializeSettings,
  type Settings,
  type SettingsChanges,
} from '@shared/settings';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../files/atomicWrite';
import { withFileLock } from '../files/fileLock';

export interface SettingsFile {
  /** Absolute path. */
  readonly file: string;
  readonly current: Settings;
  /** What was wrong with the file, a sentence to be told once; null when nothing was. */
  takeNotice(): string | null;
  /** Replaces keys, also within a group; resolves when they are on disk. */
  write(changes: SettingsChanges): Promise<Settings>;
  /** As `write`, with changes that depend on what the file says at that moment. */
  update(change: (current: Settings) => SettingsChanges): Promise<Settings>;
  /** Resolves when nothing is being written; null when nothing is. */
  busy(): Promise<unknown> | null;
}

/** `now` names the file that is set aside. */
export function openSettings(file: string, now = () => new Date()): SettingsFile {
  let notice: string | null = null;
  let writing: Promise<unknown> | null = null;

  const read = (): Settings => {
    if (!existsSync(file)) return defaultSettings;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      notice = `The settings ${file} cannot be read (${(error as Error).message}): the defaults are in use`;
      return defaultSettings;
    }
    const parsed = parseSettings(text);
    if ('settings' in parsed) return parsed.settings;
    notice = setAside(file, parsed.fault, now());
    return defaultSettings;
  };
  let current = read();

  const update: SettingsFile['update'] = (change) => {
    // Another window of the same user may have written since, or may be about to.
    const work = () =>
      withFileLock(file, async (): Promise<Settings> => {
        const next = read();
        current = checked(next, change(next));
        await writeFileAtomic(file, serializeSettings(current));
        return current;
      });
    const result = writing ? writing.then(work, work) : work();
    const settled: Promise<unknown> = result
      .catch(() => undefined)
      .finally(() => {
        if (writing === settled) writing = null;
      });
    writing = settled;
    return result;
  };

  return {
    file,
    get current() {
      return current;
    },
    takeNotice() {
      const told = notice;
      notice = null;
      return told;
    },
    write: (changes) => update(() => changes),
    update,
    busy: () => writing,
  };
}

function checked(old: Settings, changes: SettingsChanges): Settings {
  try {
    return changeSettings(old, changes);
  } catch (cause) {
    throw new AppError('usage', `These settings cannot be kept: ${(cause as Error).message}`, { cause });
  }
}

/** Renames a broken file so that the user can mend it, and says so. */
function setAside(file: string, fault: string, at: Date): string {
  const stamp = at.toISOString().slice(0, 19).replace(/[:T]/g, '-');
  const base = join(dirname(file), `${basename(file, '.json')}.broken-${stamp}`);
  let aside = `${base}.json`;
  for (let copy = 2; existsSync(aside); copy++) aside = `${base}-${copy}.json`;
  try {
    renameSync(file, aside);
    return `The settings could not be used: ${fault}. They were set aside as ${aside}, and the defaults are in use`;
  } catch {
    return `The settings ${file} could not be used: ${fault}. The defaults are in use`;
  }
}
