/**
 * A child process for the tests of faults: commits gestures without end and tells on stdout each one that was acknowledged, and
 * each that was refused, with its sentence. It ends when the project's file is lost.
 */
import { createStoreService } from '../../src-main/store/service';
import { createAnnotation, rleToSegmentation, withSegmentation } from '@shared/document/segmentation';
import { applyPatch, emptyPatch } from '@shared/document/patch';
import type { DocumentSnapshot, Patch } from '@shared/document/types';
import { AppError, describeError } from '@shared/errors/appError';
import type { StoreRequests } from '@shared/ipc/store';
import { connectLocal } from '@shared/ipc/rpc';
import { fromBox } from '@shared/mask';

const [file, seedText] = process.argv.slice(2);
let seed = Number(seedText);
const random = (below: number) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * below);
};

async function main(): Promise<void> {
  const store = connectLocal<StoreRequests>(createStoreService({ userDataFolder: '', whenLocked: 'refuse' }));
  await store.call('project.open', { file });
  const images = await store.call('image.list', {});
  const documents = new Map<number, DocumentSnapshot>();
  for (const { id } of images) documents.set(id, (await store.call('image.open', { imageId: id })).snapshot);
  const tell = (line: string) => new Promise<void>((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
  await tell('ready');
  for (;;) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await tell(`refused ${describeError(error)}`);
      if (error.message.includes('while it was open')) process.exit(3);
      await new Promise((later) => setTimeout(later, 20));
      for (const { id } of images) documents.set(id, (await store.call('image.open', { imageId: id })).snapshot);
    }
  }

  async function step(): Promise<void> {
    const imageId = images[random(images.length)].id;
    const document = documents.get(imageId)!;
    const kind = random(10);
    const move = kind < 2 ? 'document.undo' : kind < 3 ? 'document.redo' : null;
    if (move) {
      const change = await store.call(move, { imageId });
      if (change) documents.set(imageId, applyPatch(document, change.patch));
    } else {
      const patch = await gesture(document, kind);
      await store.call('document.commit', { imageId, patch, gesture: 'scripted' });
      documents.set(imageId, applyPatch(document, patch));
    }
    await tell(JSON.stringify(documents.get(imageId)));
  }

  async function gesture(document: DocumentSnapshot, kind: number): Promise<Patch> {
    const { annotations, imageId, size } = document;
    const mask = () => rleToSegmentation(fromBox([random(15), random(7), 1 + random(5), 1 + random(3)], ...size));
    const target = annotations[random(annotations.length)];
    if (target && kind < 5) return { ...emptyPatch, removed: [target] };
    if (target && kind < 8) return { ...emptyPatch, updated: [[target, withSegmentation(target, mask(), size)]] };
    const { first: id } = await store.call('document.reserveIds', { count: 1 });
    return {
      ...emptyPatch,
      added: [createAnnotation({ id, imageId, categoryId: 1, segmentation: mask(), zOrder: id }, size)],
    };
  }
}

void main();
