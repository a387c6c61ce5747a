/** What a user can do when the open project's file is gone or another's: save what is open elsewhere, or open what is there. */
import type { AppRequests } from '@shared/ipc/app';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import { constants, existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError } from '../files/fileErrors';
import { listBackups } from '../store/projects/backups';
import { projectExtension } from '../store/projects/location';
import type { Engine } from './engine';
import { type Leaving, openFile } from './leaving';
import type { PathGrants } from './pathGrants';

type Rescue = Pick<AppRequests, 'app.saveElsewhere' | 'app.openBackup' | 'app.reopenProject'>;

/** Beside the project, so that its images are found as before. */
function freeName(file: string, at: Date): string {
  const day = at.toISOString().slice(0, 10);
  const stem = join(dirname(file), `${basename(file, projectExtension)}-copy-of-${day}`);
  for (let n = 1; ; n++) {
    const name = `${stem}${n === 1 ? '' : `-${n}`}${projectExtension}`;
    if (!existsSync(name)) return name;
  }
}

export function createRescueHandlers(
  leaving: Leaving,
  engine: Engine,
  grants: PathGrants,
  userDataFolder: string,
): Handlers<Rescue> {
  return {
    'app.saveElsewhere': () => leaving.saveElsewhere(),

    'app.openBackup': async ({ file, backup }) => {
      grants.requireRead(file);
      const known = listBackups(file, userDataFolder).find(({ path }) => path === backup);
      if (!known) throw new AppError('usage', `${backup} is no copy of ${file}`);
      return leaving.toOpen('project', async () => {
        const target = freeName(file, new Date(known.atMs));
        try {
          await copyFile(known.path, target, constants.COPYFILE_EXCL);
        } catch (error) {
          throw fileError(error, target);
        }
        return engine.store.client.call('project.open', { file: target });
      });
    },

    'app.reopenProject': async () => {
      const file = openFile(engine);
      if (!existsSync(file)) {
        throw new AppError('bad-input', `${file} does not exist`, {
          place: { file },
          hint: 'put it back, or save the project elsewhere',
        });
      }
      return leaving.toOpen('other-file', async () => {
        await engine.store.client.call('project.close', {});
        engine.projectClosed();
        // SQLite knows files by their number: what it remembers of this one may be of what it held before.
        await engine.store.restart();
        return engine.store.client.call('project.open', { file });
      });
    },
  };
}
