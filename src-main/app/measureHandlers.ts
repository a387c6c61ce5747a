/** Answers what the window asks about measurements: rows of one image, and a table into a file of the user's choice. */
import type { AppRequests } from '@shared/ipc/app';
import type { ImageSource } from '@shared/images/source';
import { AppError, describeError } from '@shared/errors/appError';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import type { BrowserWindow } from 'electron';
import type { Engine } from './engine';
import type { PathGrants } from './pathGrants';
import { sourceOf } from './imageSource';
import { saveChosen } from './saveChosen';

type Measure = Pick<AppRequests, 'app.measure' | 'app.saveTable'>;

export function createMeasureHandlers(window: BrowserWindow, engine: Engine, grants: PathGrants): Handlers<Measure> {
  return {
    'app.measure': async ({ imageId }, context) => measure(engine, imageId, context),
    'app.saveTable': async ({ suggested, pieces }) => {
      const filters = [{ name: 'Table', extensions: ['csv'] }];
      return saveChosen(window, grants, { title: 'Export measurements', defaultPath: suggested, filters }, pieces);
    },
  };
}

async function measure(engine: Engine, imageId: number, { signal }: CallContext) {
  const store = engine.store.client;
  const [{ image, snapshot }, { categories }] = await Promise.all([
    store.call('image.open', { imageId }),
    store.call('project.summary', {}),
  ]);
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const objects = snapshot.annotations.map(({ id, categoryId, segmentation, bbox }) => ({
    id,
    categoryName: names.get(categoryId) ?? `category ${categoryId}`,
    segmentation,
    bbox,
  }));
  const problems: string[] = [];
  let source: ImageSource | null = null;
  try {
    source = await sourceOf(engine, imageId);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-input') throw error;
    problems.push(describeError(error));
  }
  const { width, height, fileName } = image;
  const size = width > 0 && height > 0 ? ([height, width] as const) : null;
  const measured = await engine.vision.client.call(
    'vision.measure',
    { image: fileName, source, size, objects },
    { signal },
  );
  return { rows: measured.rows, problems: [...problems, ...measured.problems] };
}
