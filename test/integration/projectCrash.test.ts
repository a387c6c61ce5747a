import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStoreService } from '../../src-main/store/service';
import { ProjectStore } from '../../src-main/store/projects/projectStore';
import { applyPatch } from '@shared/document/patch';
import type { DocumentSnapshot } from '@shared/document/types';
import type { StoreRequests } from '@shared/ipc/store';
import { connectLocal } from '@shared/ipc/rpc';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const tsx = createRequire(import.meta.url).resolve('tsx');

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'maskwright-crash-'));
  for (const name of ['a.png', 'b.png']) {
    await sharp({ create: { width: 20, height: 10, channels: 3, background: '#000' } }).toFile(join(folder, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets a writer run, kills it after some acknowledgements, and returns what it acknowledged last for each image. */
async function runAndKill(
  file: string,
  seed: number,
  acknowledgements: number,
): Promise<Map<number, DocumentSnapshot>> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', tsx, join(here, 'projectWriter.ts'), file, String(seed)],
    {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.node.json') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const acknowledged = new Map<number, DocumentSnapshot>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line === 'ready') continue;
    // What was acknowledged before the kill may still be in the pipe: read on to its end, but not a half line.
    if (!line.endsWith('}')) break;
    const snapshot = JSON.parse(line) as DocumentSnapshot;
    acknowledged.set(snapshot.imageId, snapshot);
    if (++count === acknowledgements) setTimeout(() => child.kill('SIGKILL'), seed % 7);
  }
  expect(child.signalCode ?? 'SIGKILL').toBe('SIGKILL');
  expect(count).toBeGreaterThanOrEqual(acknowledgements);
  return acknowledged;
}

it('a killed writer loses nothing acknowledged, and its lock', async () => {
  const store = connectLocal<StoreRequests>(createStoreService({ userDataFolder: folder, whenLocked: 'refuse' }));
  const { project } = await store.call('project.openFolder', { folder });
  await store.call('category.create', { name: 'object' });
  await store.call('project.close', {});
  const expected = new Map<number, DocumentSnapshot>();
  for (let round = 1; round <= 6; round++) {
    for (const [id, snapshot] of await runAndKill(project.file, round * 7919, 20 * round)) expected.set(id, snapshot);

    const direct = ProjectStore.open(project.file, { whenLocked: 'refuse' });
    expect(direct.readOnly).toBe(false);
    expect(direct.db.pragma('integrity_check')).toBe('ok');
    direct.close();

    await store.call('project.open', { file: project.file });
    let ahead = 0;
    for (const [imageId, snapshot] of expected) {
      const opened = await store.call('image.open', { imageId });
      // The gesture in progress may be durable though its acknowledgement was lost: then it is one step away.
      if (!isDeepStrictEqual(opened.snapshot, snapshot)) {
        ahead++;
        const neighbours = await neighboursOf(imageId, opened.snapshot);
        expect(neighbours).toContainEqual(snapshot);
      }
      // Undo to the empty document and redo to the same bits.
      const before = (await store.call('image.open', { imageId })).snapshot;
      const undone = await moveAll(imageId, before, 'document.undo');
      expect(undone.document.annotations).toEqual([]);
      const redone = await moveSteps(imageId, undone.document, 'document.redo', undone.steps);
      expect(redone).toEqual(before);
      expected.set(imageId, before);
    }
    expect(ahead).toBeLessThanOrEqual(1);
    await store.call('project.close', {});
  }

  async function neighboursOf(imageId: number, document: DocumentSnapshot): Promise<DocumentSnapshot[]> {
    const neighbours: DocumentSnapshot[] = [];
    for (const [there, back] of [
      ['document.undo', 'document.redo'],
      ['document.redo', 'document.undo'],
    ] as const) {
      const change = await store.call(there, { imageId });
      if (!change) continue;
      neighbours.push(applyPatch(document, change.patch));
      await store.call(back, { imageId });
    }
    return neighbours;
  }

  async function moveAll(imageId: number, document: DocumentSnapshot, method: 'document.undo' | 'document.redo') {
    for (let steps = 0; ; steps++) {
      const change = await store.call(method, { imageId });
      if (!change) return { document, steps };
      document = applyPatch(document, change.patch);
    }
  }

  async function moveSteps(
    imageId: number,
    document: DocumentSnapshot,
    method: 'document.undo' | 'document.redo',
    steps: number,
  ) {
    for (let i = 0; i < steps; i++) document = applyPatch(document, (await store.call(method, { imageId }))!.patch);
    return document;
  }
});
