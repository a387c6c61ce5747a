/**
 * What came so far of a download: at rest it is `FILE.part`; the process that goes on with it holds it under a name of its own, so that
 * two never write into one. What a process left that ended meanwhile is taken over as well.
 */
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRunning } from './isRunning';

let claims = 0;

/** Where this process writes what is to become `to`, begun with the most that lies there and nobody holds. */
export async function claimPart(to: string): Promise<string> {
  const own = `${to}.part-${process.pid}-${++claims}`;
  const free = (await partsOf(to)).filter(({ holder }) => holder === null || !isRunning(holder));
  for (const { path } of free) {
    const isOurs = await rename(path, own).then(
      () => true,
      () => false,
    );
    if (isOurs) break;
  }
  return own;
}

/** Puts back what was claimed for whoever goes on; where more lies there already it is not needed. */
export async function layDown(own: string, to: string): Promise<void> {
  const rest = `${to}.part`;
  const isMore = (await sizeOf(own)) > (await sizeOf(rest));
  await (isMore ? rename(own, rest) : rm(own, { force: true })).catch(() => undefined);
}

/** Of what is to become `to`, or of the file itself where it is there. */
export async function bytesSoFar(to: string): Promise<number> {
  const [most] = await partsOf(to);
  return (await sizeOf(to)) || (most?.size ?? 0);
}

export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** The largest first. `holder`: the process that writes it, null at rest. */
async function partsOf(to: string): Promise<{ path: string; holder: number | null; size: number }[]> {
  const names = await readdir(dirname(to)).catch(() => []);
  const found = names.flatMap((name) => {
    const end = name.startsWith(basename(to)) ? name.slice(basename(to).length) : '';
    return /^\.part(?:-\d+-\d+)?$/.test(end) ? [{ path: join(dirname(to), name), holder: holderOf(name) }] : [];
  });
  const parts = await Promise.all(found.map(async (part) => ({ ...part, size: await sizeOf(part.path) })));
  return parts.sort((a, b) => b.size - a.size);
}

/** Tells others that this process works with all that lies in the folder, also between two files, until the answer is called. */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  for (const name of await readdir(folder)) {
    const holder = name.startsWith('.held-') ? holderOf(name) : null;
    // Of one that ended meanwhile.
    if (holder !== null && !isRunning(holder)) await rm(join(folder, name), { force: true });
  }
  const mark = join(folder, `.held-${process.pid}-${++claims}`);
  await writeFile(mark, '');
  return () => rm(mark, { force: true });
}

/** Whether another process that runs works with what lies in the folder, or gets a part of it. */
export async function isHeldByOthers(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => {
    const holder = holderOf(name);
    return holder !== null && holder !== process.pid && isRunning(holder);
  });
}

/** The process that a part or a mark is named after; null: none. */
function holderOf(name: string): number | null {
  const pid = /(?:^\.held|\.part)-(\d+)-\d+$/.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
}
