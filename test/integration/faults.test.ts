/** What the machine and other programs do to a project while a real process works on it: nothing acknowledged is lost. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { createStoreService } from '../../src-main/store/service';
import { applyPatch } from '@shared/document/patch';
import type { DocumentSnapshot } from '@shared/document/types';
import { describeFault } from '@shared/images/fault';
import type { StoreRequests } from '@shared/ipc/store';
import { type Client, connectLocal } from '@shared/ipc/rpc';
import { noteFault } from '../support/faultTable';
import { mountSmallDisk, type SmallDisk } from '../support/smallDisk';
import { WriterProcess } from '../support/writerProcess';

type Store = Client<StoreRequests>;

/** A few in `npm test`; `npm run faults` says how many. */
const isLong = process.env.MASKWRIGHT_FAULTS !== undefined;
const kills = Number(process.env.MASKWRIGHT_FAULTS ?? 6);
const firstSeed = Number(process.env.MASKWRIGHT_FAULTS_SEED ?? 1);
const rounds = isLong ? Math.ceil(kills / 10) : 2;

const folders: string[] = [];
const disks: SmallDisk[] = [];

afterAll(() => {
  unmount();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-faults-'));
  folders.push(folder);
  return folder;
}

const openStore = (whenLocked: 'read-only' | 'refuse' = 'refuse'): Store =>
  connectLocal<StoreRequests>(createStoreService({ userDataFolder: scratch(), whenLocked }));

const blank = (width: number) => sharp({ create: { width, height: 10, channels: 3, background: '#000' } });

async function makeProject(folder = scratch()): Promise<string> {
  for (const name of ['a.png', 'b.png']) {
    await blank(20).toFile(join(folder, name));
  }
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder });
  await store.call('category.create', { name: 'object' });
  await store.call('project.close', {});
  return project.file;
}

/** How many images are not as acknowledged; the gesture in progress may be durable though its answer was lost. */
async function lostIn(file: string, acknowledged: ReadonlyMap<number, DocumentSnapshot>): Promise<number> {
  const store = openStore();
  const { project } = await store.call('project.open', { file });
  expect(project).toMatchObject({ readOnly: false, damage: null });
  expect((await store.call('project.diagnostics', { integrity: true })).integrity).toBe('ok');
  let lost = 0;
  for (const [imageId, snapshot] of acknowledged) {
    const now = (await store.call('image.open', { imageId })).snapshot;
    if (!isDeepStrictEqual(now, snapshot) && !(await isNextTo(store, now, snapshot))) lost++;
  }
  await store.call('project.close', {});
  return lost;
}

async function isNextTo(store: Store, now: DocumentSnapshot, wanted: DocumentSnapshot): Promise<boolean> {
  const { imageId } = now;
  for (const [there, back] of [
    ['document.undo', 'document.redo'],
    ['document.redo', 'document.undo'],
  ] as const) {
    const change = await store.call(there, { imageId });
    if (!change) continue;
    if (isDeepStrictEqual(applyPatch(now, change.patch), wanted)) return true;
    await store.call(back, { imageId });
  }
  return false;
}

it('a process killed at random points loses nothing acknowledged', async () => {
  const file = await makeProject();
  let [lost, acknowledged] = [0, 0];
  const last = new Map<number, DocumentSnapshot>();
  for (let round = 0; round < kills; round++) {
    const writer = new WriterProcess(file, firstSeed + round * 7919);
    const after = 1 + ((round * 37) % 60);
    await writer.until(() => writer.acknowledgements >= after);
    await new Promise((later) => setTimeout(later, round % 9));
    await writer.kill();
    acknowledged += writer.acknowledgements;
    for (const [id, snapshot] of writer.acknowledged) last.set(id, snapshot);
    lost += await lostIn(file, last);
    last.clear();
  }
  noteFault({ fault: 'SIGKILL of a process that writes', times: kills, acknowledged, lost, told: 'nothing' });
  expect(lost).toBe(0);
});

const noRoom = /^The disk (is full|reported an error|takes no more of this file): nothing was changed/;

/** Works until the disk refuses, makes room, and works on. */
async function fillAndGoOn(file: string, writer: WriterProcess, makeRoom: () => void) {
  await writer.until(() => writer.refused.length > 2);
  expect(writer.refused.length).toBeGreaterThan(2);
  const told = writer.refused[0];
  expect(told).toMatch(noRoom);
  makeRoom();
  const before = writer.acknowledgements;
  await writer.until(() => writer.acknowledgements > before + 10);
  expect(writer.acknowledgements).toBeGreaterThan(before + 10);
  await writer.kill();
  return { acknowledged: writer.acknowledgements, lost: await lostIn(file, writer.acknowledged), told };
}

it('a disk that is full at any write loses nothing acknowledged, says so, and goes on when there is room again', async () => {
  let [lost, acknowledged] = [0, 0];
  let told = '';
  for (let round = 0; round < rounds; round++) {
    const disk = smallDisk();
    if (!disk) return;
    const file = await makeProject(disk);
    const filler = join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 280_000 - round * 4096)));
    const writer = new WriterProcess(file, firstSeed + round);
    const done = await fillAndGoOn(file, writer, () => rmSync(filler));
    told = done.told;
    acknowledged += done.acknowledged;
    lost += done.lost;
    unmount();
  }
  noteFault({ fault: 'Disk full, then room again', times: rounds, acknowledged, lost, told });
  expect(lost).toBe(0);
});

// Where no file system may be mounted, this is what is left of a full disk.
it('a quota that is used up at any write loses nothing acknowledged, says so, and goes on when there is more', async () => {
  let [lost, acknowledged] = [0, 0];
  let told = '';
  for (let round = 0; round < rounds; round++) {
    if (!mayLimitFiles()) return console.log('Not run: a quota needs prlimit (Linux)');
    const file = await makeProject();
    // No whole number of pages, so that some writes end in the middle of one.
    const fileBytes = statSync(file).size + 30_000 + round * 1000;
    const writer = new WriterProcess(file, firstSeed + round, { fileBytes });
    const done = await fillAndGoOn(file, writer, () => writer.allowAnySize());
    told = done.told;
    acknowledged += done.acknowledged;
    lost += done.lost;
  }
  noteFault({ fault: 'Quota used up, then more', times: rounds, acknowledged, lost, told });
  expect(lost).toBe(0);
});

function mayLimitFiles(): boolean {
  const { error, status } = spawnSync('prlimit', ['--fsize=unlimited:unlimited', 'true']);
  return !error && status === 0;
}

/** One that is unmounted after the tests at the latest. */
function smallDisk(): string | null {
  const disk = mountSmallDisk(scratch(), 'a full disk');
  if (disk) disks.push(disk);
  return disk?.folder ?? null;
}

function unmount(): void {
  for (const disk of disks.splice(0)) disk.unmount();
}

it.each([
  ['Project file deleted while open', 'was deleted or moved while it was open', removeAll],
  ['A backup renamed over it', 'was replaced by another file while it was open', replaceByBackup],
  ['Project file cut short while open', 'was changed by another program while it was open', cutShort],
  ['A page overwritten while open', 'was changed by another program while it was open', overwritePage],
] as const)('%s: the process stops there with a sentence', async (fault, sentence, doIt) => {
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const file = await makeProject();
    copyFileSync(file, `${file}.backup`);
    const writer = new WriterProcess(file, firstSeed + round);
    await writer.until(() => writer.acknowledgements >= 5 + round);
    doIt(file);
    await writer.ended();
    acknowledged += writer.acknowledgements;
    expect(writer.refused.at(-1) ?? 'nothing').toContain(sentence);
  }
  noteFault({ fault, times: rounds, acknowledged, lost: null, told: sentence });
});

it.each([
  ['Image file deleted while open', 'is missing', (image: string) => Promise.resolve(rmSync(image))],
  [
    'Image changed to another size while open',
    'is 44 x 10 pixels, it was 20 x 10 when it was annotated',
    async (image: string): Promise<void> => void (await blank(44).toFile(image)),
  ],
  [
    'Image cut off while open',
    'is cut off or damaged: its image data end too early',
    async (image: string): Promise<void> => truncateSync(image, Math.floor(statSync(image).size / 2)),
  ],
] as const)(
  '%s: it is told, what is drawn on it stays, and it is well again with its file',
  async (fault, told, doIt) => {
    let acknowledged = 0;
    let lost = 0;
    for (let round = 0; round < rounds; round++) {
      const file = await makeProject();
      const writer = new WriterProcess(file, firstSeed + round);
      await writer.until(() => writer.acknowledgements >= 5 + round && writer.acknowledged.size === 2);
      const image = join(file, '..', 'a.png');
      copyFileSync(image, `${image}.kept`);
      await doIt(image);
      const before = writer.acknowledgements;
      await writer.until(() => writer.acknowledgements > before + 5);
      await writer.kill();
      acknowledged += writer.acknowledgements;
      const store = openStore();
      await store.call('project.open', { file });
      const { problem } = (await store.call('image.open', { imageId: 1 })).image;
      expect(problem && describeFault(problem)).toBe(told);
      await store.call('project.close', {});
      lost += await lostIn(file, writer.acknowledged);
      renameSync(`${image}.kept`, image);
      await store.call('project.open', { file });
      expect((await store.call('image.open', { imageId: 1 })).image.problem).toBeNull();
      await store.call('project.close', {});
    }
    noteFault({ fault, times: rounds, acknowledged, lost, told: `a.png ${told}` });
    expect(lost).toBe(0);
  },
);

it('a backup put in the place of a project that was killed: it is the backup, and no log of another file is played in', async () => {
  const foreign = 'the log beside it (-wal) belongs to another file';
  let [acknowledged, lost] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const file = await makeProject();
    const writer = new WriterProcess(file, firstSeed + round);
    await writer.until(() => writer.acknowledgements >= 5 + round);
    await writer.kill();
    await lostIn(file, writer.acknowledged);
    copyFileSync(file, `${file}.backup`);
    // One session that went into the file, and one whose log is left.
    for (const session of [1, 2]) {
      const later = new WriterProcess(file, firstSeed + round + session);
      await later.until(() => later.acknowledgements >= 5);
      await later.kill();
      if (session === 1) await lostIn(file, later.acknowledged);
    }
    renameSync(`${file}.backup`, file);
    acknowledged += writer.acknowledgements;
    const store = openStore('read-only');
    const { project } = await store.call('project.open', { file });
    expect(project.damage).toBe(foreign);
    await store.call('project.close', {});
    rmSync(`${file}-wal`, { force: true });
    lost += await lostIn(file, writer.acknowledged);
  }
  noteFault({ fault: 'A backup restored after a kill', times: rounds, acknowledged, lost, told: foreign });
  expect(lost).toBe(0);
});

function removeAll(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true });
}

function replaceByBackup(file: string): void {
  renameSync(`${file}.backup`, file);
}

function cutShort(file: string): void {
  truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096);
}

function overwritePage(file: string): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, 4096 * 3);
  closeSync(handle);
}
