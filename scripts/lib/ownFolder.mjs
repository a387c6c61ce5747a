// npm ci empties node_modules first: through a link it would empty another checkout's.
import fs from 'node:fs';
import { StepError } from './report.mjs';

/** Throws where `folder` is a link; a folder that is not there yet is fine. */
export function requireOwnFolder(folder) {
  if (!fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new StepError(
    `${folder} is a link to ${fs.readlinkSync(folder)}, which does not have what this checkout needs: ` +
      'update it there, or remove the link so that this checkout gets its own.',
  );
}
