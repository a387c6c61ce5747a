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

type Change = (current: Settings) => SettingsChanges;

/** `now` names the file that is set aside. */
export function openSettings(file: string, now = () => new Date()): SettingsFile {
  let notice: string | null = null;
  let writing: Promise<unknown> | null = null;
  /** What is in effect but in no file yet, as that could not be read or written: it goes along with the next change. */
  let unwritten: readonly Change[] = [];

  /** Throws where the file is there but cannot be read just now, or cannot be set aside: what it says must not be replaced. */
  const read = (): Settings => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaultSettings;
      throw error;
    }
    const parsed = parseSettings(text);
    if ('settings' in parsed) return parsed.settings;
    const aside = setAside(file, parsed.fault, now());
    const used = known ? 'those of before' : 'the defaults';
    notice = `The settings could not be used: ${parsed.fault}. They were set aside as ${aside}, and ${used} are in use`;
    return known ?? defaultSettings;
  };
  const withUnwritten = (read: Settings): Settings =>
    unwritten.reduce((next, change) => checked(next, change(next)), read);
  /** What the file said last; null: it could not be read yet. */
  let known: Settings | null = null;
  let current = defaultSettings;
  const tryRead = (): void => {
    notice = null;
    try {
      known = read();
      current = withUnwritten(known);
    } catch (error) {
      notice = `The settings ${file} cannot be read (${(error as Error).message}). The defaults are in use, and the file stays as it is`;
    }
  };
  tryRead();

  const update: SettingsFile['update'] = (change) => {
    // Another window of the same user may have written since, or may be about to.
    const work = () =>
      withFileLock(file, async (): Promise<Settings> => {
        current = checked(current, change(current));
        unwritten = [...unwritten, change];
        try {
          known = read();
        } catch (cause) {
          throw new AppError('bad-input', `The settings ${file} cannot be read: this change is not kept yet`, {
            place: { file },
            hint: 'see who may read the file, then change a setting again',
            cause,
          });
        }
        current = withUnwritten(known);
        await writeFileAtomic(file, serializeSettings(current));
        known = current;
        unwritten = [];
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
      if (!known) tryRead();
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

/** Renames a broken file so that the user can mend it; its new path. Throws where it cannot be renamed. */
function setAside(file: string, fault: string, at: Date): string {
  const stamp = at.toISOString().slice(0, 19).replace(/[:T]/g, '-');
  const base = join(dirname(file), `${basename(file, '.json')}.broken-${stamp}`);
  let aside = `${base}.json`;
  for (let copy = 2; existsSync(aside); copy++) aside = `${base}-${copy}.json`;
  try {
    renameSync(file, aside);
  } catch (cause) {
    throw new Error(`${fault}, and it cannot be set aside`, { cause });
  }
  return aside;
}
