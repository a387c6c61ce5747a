/** An export that is stopped, or fails, over what is there: everything is as it was before, to the byte, and nothing more lies there. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectView } from '@shared/dataset/selectView';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { formats } from '@shared/formats/registry';
import { type WriteJob, writeDataset } from '../../../src-main/dataset/writeDataset';
import { Random } from '../../support/datasetFuzz';
import { madeDataset } from '../../support/formatFiles';

const root = mkdtempSync(join(tmpdir(), 'maskwright-stopped-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const view = madeDataset(new Random(8)).view('made');
const pictures = join(root, 'pictures');

beforeAll(async () => {
  mkdirSync(pictures);
  for (const { id, width, height } of view.images())
    await sharp({ create: { width, height, channels: 3, background: 'navy' } })
      .png()
      .toFile(join(pictures, `${id}.png`));
});

/** Names with what they hold, folders too. */
function contentOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    found[name] = statSync(path).isDirectory() ? 'folder' : readFileSync(path, 'base64');
  }
  return found;
}

/** Says yes at the n-th time that it is asked. */
const stopAt = (times: number) => {
  let asked = 0;
  const signal: AbortSignalLike = {
    get aborted() {
      return ++asked > times;
    },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  return { signal, progress: () => undefined };
};

const jobOf = (id: string, path: string): WriteJob => ({
  ...{ format: formats.get(id)!, options: {}, path, replaces: true },
  images: { how: 'copy', fileOf: ({ id: image }) => ({ path: join(pictures, `${image}.png`), root: pictures }) },
});
const split = selectView(view, { map: { cat: 'tiger' }, split: { shares: [0.5, 0.5], seed: 3 } });

describe.each(['coco', 'yolo-seg', 'label-map', 'coco-panoptic'])('%s', (id) => {
  const target = (name: string) => join(root, id, name, formats.get(id)!.target === 'file' ? 'set.json' : 'set');

  it.each(['over its own export', 'beside files of the user', 'where nothing is'])(
    'stopped at any moment, %s',
    async (where) => {
      const path = target(where);
      const folder = join(root, id, where);
      if (where === 'over its own export') await writeDataset(view, jobOf(id, path), stopAt(Infinity));
      if (where === 'beside files of the user') {
        mkdirSync(join(path.replace(/\.json$/, ''), 'labels'), { recursive: true });
        writeFileSync(join(path.replace(/\.json$/, ''), 'thesis.txt'), 'mine');
        mkdirSync(join(folder, 'images'), { recursive: true });
      }
      const before = contentOf(folder);
      let stops = 0;
      for (; ; stops++) {
        const written = await writeDataset(split, jobOf(id, path), stopAt(stops)).catch((error: unknown) => error);
        if (!(written instanceof Error)) break;
        expect(written).toMatchObject({ code: 'cancelled' });
        expect(contentOf(folder), `stopped at ${stops}`).toEqual(before);
      }
      expect(stops).toBeGreaterThan(view.imageCount);
      expect(contentOf(folder)).not.toEqual(before);
    },
  );
});

it('a folder, or another picture, where a file must go is told before anything is replaced', async () => {
  const path = join(root, 'blocked');
  await writeDataset(view, jobOf('yolo-seg', path), stopAt(Infinity));
  const yaml = join(path, 'data.yaml');
  rmSync(yaml);
  mkdirSync(yaml);
  const before = contentOf(path);
  const folder = await writeDataset(split, jobOf('yolo-seg', path), stopAt(Infinity)).catch((error: unknown) => error);
  expect((folder as Error).message).toBe(`${yaml} is a folder, not a file`);
  expect(contentOf(path)).toEqual(before);
  rmSync(yaml, { recursive: true });
  await writeDataset(view, jobOf('yolo-seg', path), stopAt(Infinity));
  const [name] = Object.keys(before).filter((one) => /^images.*\.(png|jpe?g)$/.test(one));
  writeFileSync(join(path, name), readFileSync(join(pictures, '1.png')).reverse());
  const changed = contentOf(path);
  const picture = await writeDataset(view, jobOf('yolo-seg', path), stopAt(Infinity)).catch((error: unknown) => error);
  expect((picture as Error).message).toContain('another picture is at');
  expect(contentOf(path)).toEqual(changed);
});

it('what an export left that ended with the program goes with the next one, and nothing that may still be written', async () => {
  const path = join(root, 'left');
  await writeDataset(view, jobOf('yolo-seg', path), stopAt(Infinity));
  const names = ['.maskwright-0123456789ab.tmp', '.maskwright-ba9876543210.tmp', '.maskwright-mine.tmp'];
  const files = names.map((name) => join(path, 'labels', 'train', name));
  for (const file of files) writeFileSync(file, 'half');
  for (const file of [files[0], files[2]]) utimesSync(file, new Date(0), new Date(0));
  await writeDataset(view, jobOf('yolo-seg', path), stopAt(Infinity));
  expect(files.map((file) => existsSync(file))).toEqual([false, true, true]);
});
