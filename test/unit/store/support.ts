/** Scratch folders with images and datasets, and a store service on them. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, expect } from 'vitest';
import { createStoreService, type StoreServiceOptions } from '../../../src-main/store/service';
import { CocoScanner } from '@shared/formats/coco';
import { createAnnotation, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { StoreRequests } from '@shared/ipc/store';
import { AppError } from '@shared/errors/appError';
import { type Client, connectLocal } from '@shared/ipc/rpc';
import { area, fromBox, toBbox } from '@shared/mask';

export type Store = Client<StoreRequests>;

const folders: string[] = [];
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.call('project.close', {});
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'maskwright project é ')));
  folders.push(folder);
  return folder;
}

/** A store that is closed after the test. */
export function openStore(options: Partial<StoreServiceOptions> = {}): Store {
  const store = connectLocal<StoreRequests>(createStoreService({ userDataFolder: scratch(), ...options }));
  stores.push(store);
  return withCategory(store);
}

/** As a user does first of all: a project without categories gets one before it is drawn on, `boxAnnotation`'s category 1. */
function withCategory(client: Store): Store {
  return {
    async call(method, params, options) {
      if (method === 'document.commit') {
        const { categories, readOnly } = await client.call('project.summary', {});
        if (categories.length === 0 && !readOnly) await client.call('category.create', { name: 'object' });
      }
      return client.call(method, params, options);
    },
  };
}

export async function writeImage(path: string, width: number, height: number, exifOrientation = 1): Promise<void> {
  const image = sharp({ create: { width, height, channels: 3, background: '#446688' } });
  await (exifOrientation === 1 ? image : image.withMetadata({ orientation: exifOrientation })).toFile(path);
}

/** A folder with the images `1.png` ... of 20 x 10 pixels. */
export async function imageFolder(count: number, { width, height } = { width: 20, height: 10 }): Promise<string> {
  const folder = join(scratch(), 'images');
  mkdirSync(folder);
  for (let i = 1; i <= count; i++) await writeImage(join(folder, `${i}.png`), width, height);
  return folder;
}

/** The path of a new file with this text. */
export function writeDataset(text: string, folder = scratch()): string {
  const file = join(folder, 'instances.json');
  writeFileSync(file, text);
  return file;
}

/** Source texts of a file's records by list, and of its other parts by key. */
export function textsOf(file: string): { parts: [string, string][]; records: Record<string, string[]> } {
  const parts: [string, string][] = [];
  const records: Record<string, string[]> = {};
  const scanner = new CocoScanner({
    part: (key, { text }) => parts.push([key, text]),
    list: (kind) => (records[kind!] = []),
    record: (kind, _, { text }) => records[kind!].push(text),
  });
  scanner.push(readFileSync(file));
  scanner.end();
  return { parts, records };
}

/** Imports a file into a project of its own, exports it again and returns where. */
export async function roundTrip(cocoFile: string): Promise<string> {
  const store = openStore();
  await store.call('project.import', { path: cocoFile, file: join(scratch(), 'round.maskwright') });
  return exportCoco(store);
}

/** Writes the open project as a COCO file of its own, masks as they were drawn, and returns where. */
export async function exportCoco(store: Store): Promise<string> {
  const path = join(scratch(), 'out.json');
  await store.call('project.export', {
    path,
    format: 'coco',
    options: { masks: 'as-authored' },
    overwrite: 'refuse',
  });
  return path;
}

/** A box-shaped mask on a 20 x 10 image. */
export function boxAnnotation(id: number, imageId: number, x: number, more: Partial<Annotation> = {}): Annotation {
  const segmentation = rleToSegmentation(fromBox([x, 1, 3, 4], 10, 20));
  return { ...createAnnotation({ id, imageId, categoryId: 1, segmentation, zOrder: id }, [10, 20]), ...more };
}

export const added = (...annotations: Annotation[]) => ({ added: annotations, updated: [], removed: [] });

/** What a model would answer: one box a score. */
export function proposals(
  scores: readonly number[],
  tool = 'model',
  categoryName: string | null = null,
): ProposalResult {
  return {
    size: [10, 20],
    proposals: scores.map((score, i) => {
      const mask = fromBox([i, 0, 4, 5], 10, 20);
      return { segmentation: rleToSegmentation(mask), bbox: toBbox(mask), area: area(mask), score, categoryName };
    }),
    provenance: { tool, model: { id: 'm', sha256: 'x' }, ms: 3, edits: 0 },
    timings: {},
    notes: [],
  };
}

/** The AppError that a call fails with. */
export async function failure(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => new Error('expected a failure'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

/** Files of a folder, hidden ones too, without the lock files that stay. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.endsWith('.lock'));
}

/** Runs with a folder that nobody may write to. */
export async function withReadOnly<T>(folder: string, work: () => Promise<T>): Promise<T> {
  chmodSync(folder, 0o555);
  try {
    return await work();
  } finally {
    chmodSync(folder, 0o755);
  }
}
