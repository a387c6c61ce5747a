/** Actions of label maps: one owner a pixel, what is unlabelled, shared borders, and picking the class to paint with. */
import { stuffIds } from '@shared/document/labelMap';
import { isIgnored } from '@shared/document/labelValues';
import type { ShapeKind } from '../shapeWork/shapeProtocol';
import type { Editor } from '../session/editor.svelte';
import type { ObjectPanels } from '../session/objectPanels.svelte';
import type { ProjectOperations } from '../session/projectOperations.svelte';
import type { ShapeTrial } from '../session/shapeTrial.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { fillUnlabelled } from '../tools/fill/fillTool';
import { type Command, refusedBy } from './commands';
import { whyNotNow } from './windowCommands';

interface Parts {
  readonly workbench: Workbench;
  readonly editor: Editor;
  readonly operations: ProjectOperations;
  readonly trial: ShapeTrial;
  readonly panels: ObjectPanels;
  /** Ids of the shown annotations under the pointer, topmost first; null: it is not over the image. */
  readonly underPointer: () => readonly number[] | null;
}

export function createLabelCommands(parts: Parts): readonly Command[] {
  const readOnly = () => parts.workbench.readOnlyWhy;
  const atRest = () => readOnly() ?? whyNotNow(parts.editor);
  return [...refusedBy(readOnly, painting(parts)), ...refusedBy(atRest, borders(parts))];
}

function painting({ workbench, editor, operations, panels, underPointer }: Parts): Command[] {
  const group = 'Label maps';
  const isOpen = () => workbench.open !== null;
  return [
    {
      id: 'labels.oneOwner',
      title: 'One owner a pixel',
      group,
      keys: ['Shift+Q'],
      enabled: () => workbench.project !== null,
      run: () => void workbench.labelRules.set({ oneOwner: !workbench.labelRules.oneOwner }),
    },
    {
      id: 'labels.pick',
      title: 'Pick the category under the pointer',
      group,
      keys: ['Alt+I'],
      enabled: isOpen,
      run: () => pick(workbench, editor, underPointer()),
    },
    {
      id: 'labels.ignore',
      title: 'Paint “ignore”',
      group,
      keys: ['Alt+P'],
      enabled: isOpen,
      run: () => void pickIgnore(workbench, editor, operations),
    },
    {
      id: 'labels.fillUnlabelled',
      title: 'Fill everything unlabelled',
      group,
      keys: ['Alt+U'],
      enabled: isOpen,
      run: () => void editor.command(fillUnlabelled),
    },
    {
      id: 'labels.fillUnlabelledWith',
      title: 'Fill everything unlabelled with…',
      group,
      keys: [],
      enabled: () => isOpen() && workbench.categories.list.length > 0,
      run: () => (panels.fillingWith = true),
    },
  ];
}

/** As in the label map: things lie over stuff, and among them the topmost. */
function pick({ open, categories }: Workbench, editor: Editor, ids: readonly number[] | null): void {
  if (!ids) return editor.say('Point at an annotation: its category is picked');
  const stuff = stuffIds(categories.list);
  const found = ids.flatMap((id) => open?.annotations.find((annotation) => annotation.id === id) ?? []);
  const owner = found.find(({ categoryId }) => !stuff.has(categoryId)) ?? found.at(0);
  if (!owner) return editor.say('Nothing is labelled here');
  const category = categories.list.find(({ id }) => id === owner.categoryId);
  if (!category) return editor.say(`Category ${owner.categoryId} is not in the list`);
  categories.pick(category.id);
  editor.say(`Category for what is drawn next: ${category.name}`);
}

/** The category of pixels that nobody is to learn from; made where the project has none. */
async function pickIgnore({ categories }: Workbench, editor: Editor, operations: ProjectOperations): Promise<void> {
  const ignored = () => categories.list.find(({ name }) => isIgnored(name));
  if (!ignored()) {
    await operations.addAll([{ name: 'ignore', isThing: false, color: '#000000' }], 'Add category “ignore”');
  }
  const category = ignored();
  if (!category) return;
  categories.pick(category.id);
  editor.say(`What is drawn next is “${category.name}”: label maps leave it out`);
}

function borders({ workbench, trial }: Parts): Command[] {
  const enabled = () => (workbench.open?.annotations.length ?? 0) > 0;
  const entry = (kind: ShapeKind, title: string, key: string): Command => ({
    id: `edit.${kind}`,
    title,
    group: 'Label maps',
    keys: [key],
    enabled,
    run: () => trial.start(kind),
  });
  return [
    entry('fillGaps', 'Fill gaps…', 'Alt+G'),
    entry('expand', 'Expand to borders…', 'Alt+B'),
    entry('overlaps', 'Overlaps…', 'Alt+O'),
  ];
}
