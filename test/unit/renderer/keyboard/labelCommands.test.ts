/** Picking the class to paint with: under the pointer, or the one that label maps leave out. */
import { describe, expect, it } from 'vitest';
import { createLabelCommands } from '../../../../src-renderer/keyboard/labelCommands';
import type { Category } from '@shared/document/types';

const category = (id: number, name: string, isThing: boolean): Category =>
  ({ id, name, isThing, supercategory: null, color: null, extra: {} }) as never;

function desk(categories: Category[], ids: readonly number[] | null) {
  const said: string[] = [];
  const picked: number[] = [];
  const annotations = [
    { id: 1, categoryId: 1 },
    { id: 2, categoryId: 2 },
    { id: 3, categoryId: 9 },
  ];
  const parts = {
    workbench: {
      readOnlyWhy: null,
      open: { annotations },
      categories: { list: categories, pick: (id: number) => picked.push(id) },
    },
    editor: { say: (sentence: string) => said.push(sentence), idle: true },
    operations: {
      addAll: ([made]: readonly { name: string; isThing: boolean }[]) =>
        Promise.resolve(categories.push(category(7, made.name, made.isThing)) > 0),
    },
    underPointer: () => ids,
  };
  const commands = createLabelCommands(parts as never);
  return { said, picked, run: (id: string) => commands.find((command) => command.id === id)!.run() };
}

const sky = category(1, 'sky', false);
const car = category(2, 'car', true);

describe('picking the category', () => {
  it('takes that of the owner in the label map: things lie over stuff, whatever their order', () => {
    const { picked, run, said } = desk([sky, car], [1, 2]);
    run('labels.pick');
    expect([picked, said]).toEqual([[2], ['Category for what is drawn next: car']]);
  });

  it.each([
    [[], 'Nothing is labelled here'],
    [null, 'Point at an annotation: its category is picked'],
    [[3], 'Category 9 is not in the list'],
  ])('where there is none to take it says so (%s)', (ids, sentence) => {
    const { picked, run, said } = desk([sky, car], ids);
    run('labels.pick');
    expect([picked, said]).toEqual([[], [sentence]]);
  });

  it('“ignore” is the category that the project has for it, and made as stuff where it has none', async () => {
    const known = desk([sky, category(5, 'Void', false)], null);
    known.run('labels.ignore');
    await expect.poll(() => known.picked).toEqual([5]);
    const list = [sky];
    const made = desk(list, null);
    made.run('labels.ignore');
    await expect.poll(() => made.picked).toEqual([7]);
    expect(list[1]).toMatchObject({ name: 'ignore', isThing: false });
  });
});
