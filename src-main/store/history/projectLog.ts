/** The project's own undo stack: operations that span images. See docs/adr/0006-project-undo.md. */
import type { FindingCode } from '@shared/dataset/finding';
import { encodePatch, type LoggedPatch } from '@shared/document/history';
import { diffAnnotations, emptyPatch, invertPatch, isEmptyPatch } from '@shared/document/patch';
import type { Annotation, Category, Patch } from '@shared/document/types';
import type { AcceptAcross, HistoryState, ProjectChange, ProjectHistory } from '@shared/project/types';
import type { NewCategory } from '@shared/document/types';
import { followHistory } from '../records/acceptance';
import { absorbedBy, gatherAcross, noteAcceptedAcross, toldOf } from '../operations/acceptAcross';
import { readAnnotations, writePatch } from '../records/annotations';
import { listCategories } from '../records/categories';
import {
  type AddedCategories,
  addCategories,
  addCategoriesAgain,
  categoryName,
  changeCategory,
  changeCategoryTo,
  type ChangedCategory,
  orderCategories,
  orderCategoriesAs,
  type OrderedCategories,
  type RemovedCategory,
  removeCategory,
  restoreCategory,
  takeBackCategories,
  type Touched,
} from '../operations/categoryOperations';
import type { Sqlite } from '../database/database';
import { parseNeeded } from '../database/meta';
import { checkFits, loggedWith, replay } from './historyLog';
import { imageSize, noteEdited, noteUnedited } from '../records/images';
import {
  appendStep,
  type Direction,
  historyOf,
  type LoggedStep,
  movePointer,
  nextGesture,
  nextStep,
  projectScope,
  rewriteStep,
} from './logTable';
import { fixedAnnotations } from '../operations/fixAnnotations';
import { rescaleAgain, type RescaledImages, rescaleImages, takeBackRescale } from '../operations/rescaleImages';
import { swappedMasks } from '../operations/swapMaskSizes';

/** What an operation that spans images did: a patch for each image it touched. */
export type ImagePatches = ReadonlyMap<number, Patch>;

/** A step of this stack as the log keeps it. A list: a patch for each image. */
type ProjectStep =
  | readonly (readonly [imageId: number, patch: LoggedPatch])[]
  | RemovedCategory
  | AddedCategories
  | ChangedCategory
  | OrderedCategories
  | RescaledImages;

export function readProjectHistory(db: Sqlite): ProjectHistory {
  return {
    ...historyOf(db, projectScope),
    undoTitle: nextGesture(db, projectScope, 'undo'),
    redoTitle: nextGesture(db, projectScope, 'redo'),
  };
}

/** As `commitPatch` for an operation that spans images: one step of the project's own stack. */
export function commitAcross(db: Sqlite, patches: ImagePatches, gesture: string): HistoryState {
  return db.transaction(() => appendStep(db, projectScope, gesture, JSON.stringify(writeAcross(db, patches))));
}

function writeAcross(db: Sqlite, patches: ImagePatches): [number, LoggedPatch][] {
  const step: [number, LoggedPatch][] = [];
  for (const [imageId, patch] of patches) {
    const size = imageSize(db, imageId);
    checkFits(db, imageId, patch, size);
    writePatch(db, imageId, patch, size);
    step.push([imageId, encodePatch(patch)]);
  }
  return step;
}

/** Accepts proposals on many images. */
export function acceptAcross(db: Sqlite, request: AcceptAcross, openImageId: number | null): ProjectChange {
  return operate(db, openImageId, request.forBoxes ? 'Masks for boxes' : 'Accept proposals', () => {
    const all = gatherAcross(db, request);
    // Where every mask waits on, nothing is done.
    const gathered = new Map([...all].filter(([, { patch }]) => !isEmptyPatch(patch)));
    const patches = [...gathered].map(([imageId, { patch }]) => [imageId, patch] as const);
    const step = writeAcross(db, new Map(patches)).map(
      ([imageId, logged]) =>
        [imageId, loggedWith(logged, absorbedBy(gathered.get(imageId)!), noteEdited(db, imageId))] as const,
    );
    const annotations = noteAcceptedAcross(db, gathered);
    const told = toldOf([...all.values()]);
    return { step: step.length > 0 ? step : null, touched: { ...touchedBy(patches), annotations, told } };
  });
}

/** Puts masks right whose size says [width, height]. */
export function swapMaskSizes(db: Sqlite, openImageId: number | null): ProjectChange {
  return operate(db, openImageId, 'Swap mask sizes', () => {
    const patches = swappedMasks(db);
    const step = writeAcross(db, patches);
    return { step: step.length > 0 ? step : null, touched: touchedBy([...patches]) };
  });
}

/** Makes the fixes that change no pixel. */
export function fixProject(db: Sqlite, openImageId: number | null, codes?: readonly FindingCode[]): ProjectChange {
  return operate(db, openImageId, 'Fix problems', () => {
    const patches = fixedAnnotations(db, codes && new Set(codes));
    const step = writeAcross(db, patches);
    const removed = [...patches.values()].reduce((sum, patch) => sum + patch.removed.length, 0);
    const touched = { ...touchedBy([...patches]), told: removed > 0 ? { removed } : {} };
    return { step: step.length > 0 ? step : null, touched };
  });
}

/** Scales what is drawn on images to the size `[height, width]` that their files have now. */
export function rescaleAcross(
  db: Sqlite,
  images: readonly (readonly [imageId: number, to: readonly [number, number]])[],
  openImageId: number | null,
): ProjectChange {
  return operate(db, openImageId, 'Scale annotations', () => rescaleImages(db, images));
}

/** Merges a category into another one; `title` as the undo menu names it. */
export function mergeCategory(
  db: Sqlite,
  { categoryId, into, openImageId }: { categoryId: number; into: number; openImageId: number | null },
): ProjectChange {
  const [from, to] = [categoryName(db, categoryId), categoryName(db, into)];
  return operate(db, openImageId, `Merge “${short(from)}” into “${short(to)}”`, () =>
    removeCategory(db, categoryId, into),
  );
}

/** Deletes a category and its annotations. */
export function deleteCategory(
  db: Sqlite,
  { categoryId, openImageId }: { categoryId: number; openImageId: number | null },
): ProjectChange {
  const title = `Delete category “${short(categoryName(db, categoryId))}”`;
  return operate(db, openImageId, title, () => removeCategory(db, categoryId, null));
}

/** Adds categories whose names are free. */
export function addCategoryList(db: Sqlite, wanted: readonly NewCategory[], title: string): ProjectChange {
  return operate(db, null, title, () => {
    const step = addCategories(db, wanted);
    return { step: step.categories.length > 0 ? step : null, touched: untouched };
  });
}

/** Sets name, supercategory, colour, hotkey and attribute templates. */
export function updateCategoryStep(db: Sqlite, category: Category): ProjectChange {
  const old = categoryName(db, category.id);
  const isRenamed = old !== category.name;
  const title = isRenamed ? `Rename “${short(old)}” to “${short(category.name)}”` : `Change category “${short(old)}”`;
  return operate(db, null, title, () => ({ step: changeCategory(db, category), touched: untouched }));
}

/** Lists the categories in another order. */
export function orderCategoryList(db: Sqlite, ids: readonly number[]): ProjectChange {
  return operate(db, null, 'Move category', () => ({ step: orderCategories(db, ids), touched: untouched }));
}

/** Takes back or makes again one operation; null where there is none. */
export function moveInProjectHistory(
  db: Sqlite,
  direction: Direction,
  openImageId: number | null = null,
): ProjectChange | null {
  return db.transaction(() => {
    const step = nextStep(db, projectScope, direction);
    if (!step) return null;
    const change = watched(db, openImageId, step.gesture, () => {
      const touched = moveOver(db, step, direction);
      movePointer(db, projectScope, direction);
      return touched;
    });
    return change;
  });
}

const untouched: Touched = { annotations: 0, images: [] };

function operate(
  db: Sqlite,
  openImageId: number | null,
  title: string,
  work: () => { readonly step: ProjectStep | null; readonly touched: Touched },
): ProjectChange {
  return db.transaction(() =>
    watched(db, openImageId, title, () => {
      const { step, touched } = work();
      if (step) appendStep(db, projectScope, title, JSON.stringify(step));
      return touched;
    }),
  );
}

/** Runs the operation and tells what it did, to the open image's document too. */
function watched(db: Sqlite, openImageId: number | null, title: string, work: () => Touched): ProjectChange {
  const read = (): Annotation[] =>
    openImageId === null ? [] : readAnnotations(db, openImageId, imageSize(db, openImageId));
  const before = read();
  const touched = work();
  const { resized = [] } = touched;
  // An image of another size is opened again: no patch leads from one frame to the other.
  const isOpenTouched = openImageId !== null && touched.images.includes(openImageId) && !resized.includes(openImageId);
  return {
    title,
    annotations: touched.annotations,
    images: touched.images.length,
    ...touched.told,
    ...(resized.length > 0 ? { resized } : {}),
    categories: listCategories(db),
    patch: isOpenTouched ? diffAnnotations(before, read()) : emptyPatch,
    counts: countsOf(db, touched.images),
    history: readProjectHistory(db),
  };
}

/** A step that is made again acts on what is there now; the log is brought up to date with what it did. */
function moveOver(db: Sqlite, { step, text }: LoggedStep, direction: Direction): Touched {
  const logged = parseNeeded(text, 'This step of the undo history') as ProjectStep;
  const undo = direction === 'undo';
  if (!('kind' in logged)) {
    const patches = logged.map(([imageId, patch]) => [imageId, replay(db, imageId, patch, direction)] as const);
    const done = patches.map(([imageId, patch], at) => {
      const { proposals, begins } = logged[at][1];
      followHistory(db, imageId, patch, direction, proposals);
      if (begins && !undo) noteEdited(db, imageId);
      // What was done at the image itself since is still there.
      else if (begins && historyOf(db, imageId).undo === 0) noteUnedited(db, imageId);
      return [imageId, loggedWith(encodePatch(undo ? invertPatch(patch) : patch), proposals, begins)] as const;
    });
    rewriteStep(db, projectScope, step, JSON.stringify(done));
    return touchedBy(patches);
  }
  if (logged.kind === 'addCategories') {
    if (undo) takeBackCategories(db, logged);
    else addCategoriesAgain(db, logged);
    return untouched;
  }
  if (logged.kind === 'changeCategory') {
    changeCategoryTo(db, undo ? logged.before : logged.after);
    return untouched;
  }
  if (logged.kind === 'orderCategories') {
    orderCategoriesAs(db, undo ? logged.before : logged.after);
    return untouched;
  }
  if (logged.kind === 'rescale') {
    if (undo) return takeBackRescale(db, logged);
    const again = rescaleAgain(db, logged);
    rewriteStep(db, projectScope, step, JSON.stringify(again.step));
    return again.touched;
  }
  if (undo) return restoreCategory(db, logged);
  const again = removeCategory(db, logged.category[1], logged.into);
  rewriteStep(db, projectScope, step, JSON.stringify(again.step));
  return again.touched;
}

function touchedBy(patches: readonly (readonly [number, Patch])[]): Touched {
  const sizes = patches.map(([, { added, updated, removed }]) => added.length + updated.length + removed.length);
  return {
    annotations: sizes.reduce((sum, size) => sum + size, 0),
    images: patches.filter((_, at) => sizes[at] > 0).map(([imageId]) => imageId),
  };
}

function countsOf(db: Sqlite, images: readonly number[]): ProjectChange['counts'] {
  return db
    .rows<ProjectChange['counts'][number]>(
      'SELECT id, annotation_count, proposal_count, status FROM images WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(images),
    )
    .map(([...counts]) => counts);
}

/** Names may be long; a menu is not. */
const short = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name);
