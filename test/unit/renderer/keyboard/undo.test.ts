/** Undo and Redo by key, also while what they mean is being saved. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import { canRun } from '../../../../src-renderer/keyboard/commands';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { Review } from '../../../../src-renderer/session/review.svelte';
import { EditorDesk, MemoryStore } from '../session/desk';

it('take back and make again the first gesture of an image before it is durable', async () => {
  const desk = await EditorDesk.open(new MemoryStore());
  const { workbench } = desk;
  const commands = createCommands({ ...desk, review: new Review(workbench) } as never);
  const press = (id: string) => {
    const command = commands.find((one) => one.id === id)!;
    if (canRun(command)) command.run();
  };
  const count = () => workbench.open!.annotations.length;
  press('history.undo');
  desk.editor.choose('box');
  desk.drag([10, 10], [20, 20]);
  expect([workbench.open!.saved, count()]).toEqual(['saving', 1]);
  press('history.undo');
  await desk.settled();
  expect(count()).toBe(0);
  press('history.redo');
  press('history.undo');
  press('history.redo');
  await desk.settled();
  expect([workbench.open!.saved, count()]).toEqual(['saved', 1]);
});
