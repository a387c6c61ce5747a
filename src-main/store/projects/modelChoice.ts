/** What proposes in a project, and how: the requests that read and keep it. */
import type { StoreRequests } from '@shared/ipc/store';
import type { Handlers } from '@shared/ipc/rpc';
import type { Sqlite } from '../database/database';
import { readMaker, readModelRuns, writeMaker, writeModelRun } from './projectSettings';

type ModelChoice = 'project.maker' | 'project.setMaker' | 'project.modelRuns' | 'project.setModelRun';

/** `read`: the open project's; `write`: the same, where it may be written. */
export function createModelChoice(
  read: () => Sqlite,
  write: () => Promise<Sqlite>,
): Pick<Handlers<StoreRequests>, ModelChoice> {
  return {
    'project.maker': async () => readMaker(read()),
    'project.setMaker': async ({ maker }) => {
      writeMaker(await write(), maker);
      return null;
    },
    'project.modelRuns': async () => readModelRuns(read()),
    'project.setModelRun': async ({ model, run }) => {
      writeModelRun(await write(), model, run);
      return null;
    },
  };
}
