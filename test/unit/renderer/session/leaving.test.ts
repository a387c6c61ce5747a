/** A project that is left, or followed by another, while one of its images is still being opened. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import { packImage } from '@shared/ipc/packing';
import { EditorDesk, MemoryStore, PROJECT } from './desk';

/** A call of the store that is not answered until the test says how. */
function heldCall<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...ends) => ([resolve, reject] = ends));
  return { answer: () => promise, resolve, reject };
}

/** Image 8 is being opened. */
async function opening() {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  const call = heldCall<unknown>();
  store.answers['image.openPacked'] = call.answer;
  const done = desk.workbench.openImage(8);
  await desk.settled();
  return { store, desk, done, call, image: () => packImage(structuredClone(store.opened(8))) };
}

it('back on the welcome page no image comes to be open', async () => {
  const { desk, done, call, image } = await opening();
  desk.workbench.leave();
  call.resolve(image());
  await done;
  expect([desk.workbench.open, desk.workbench.currentImageId, desk.told]).toEqual([null, null, []]);
});

it('that the project was closed meanwhile is no error', async () => {
  const { desk, done, call } = await opening();
  desk.workbench.leave();
  call.reject(new Error('No project is open'));
  await done;
  expect([desk.workbench.open, desk.told]).toEqual([null, []]);
});

it('nor is it where the image is there, and ids for what is drawn on it are not', async () => {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  const call = heldCall<unknown>();
  store.answers['document.reserveIds'] = call.answer;
  const done = desk.workbench.show(PROJECT);
  await desk.settled();
  expect(desk.workbench.open!.image.id).toBe(7);
  desk.workbench.leave();
  call.reject(new Error('No project is open'));
  await done;
  expect([desk.workbench.open, desk.told]).toEqual([null, []]);
});

it('the next project shows no image of the one before, also where it has none of its own', async () => {
  const { store, desk, done, call, image } = await opening();
  store.answers['image.list'] = () => [];
  await desk.workbench.show({ ...PROJECT, file: '/q.maskwright', imageCount: 0 });
  call.resolve(image());
  await done;
  expect([desk.workbench.open, desk.told]).toEqual([null, []]);
});
