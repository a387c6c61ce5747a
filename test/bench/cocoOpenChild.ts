/** One opening or export in a process of its own: `import COCO PROJECT`, `open PROJECT` or `export PROJECT COCO`; prints time and peak memory as JSON. */
import { connectLocal } from '@shared/ipc/rpc';
import type { StoreRequests } from '@shared/ipc/store';
import { dirname } from 'node:path';
import { createStoreService } from '../../src-main/store/service';

export interface Opened {
  /** Until the image list and the first image's document are there; of an export until the file is. */
  readonly ms: number;
  readonly peakMb: number;
}

async function main([what, ...files]: readonly string[]): Promise<void> {
  const store = connectLocal<StoreRequests>(createStoreService({ userDataFolder: dirname(files[0]) }));
  const start = performance.now();
  if (what === 'import') await store.call('project.import', { path: files[0], file: files[1] });
  else await store.call('project.open', { file: files[0] });
  if (what === 'export')
    await store.call('project.export', { path: files[1], format: 'coco', options: {}, overwrite: 'refuse' });
  else {
    const [first] = await store.call('image.list', {});
    await store.call('image.open', { imageId: first.id });
  }
  const ms = performance.now() - start;
  await store.call('project.close', {});
  const opened: Opened = { ms, peakMb: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(opened));
}

if (process.argv[1]?.endsWith('cocoOpenChild.ts')) void main(process.argv.slice(2));
