/** Entry of the raster worker: keeps the scene in step with the document and answers each request with one bitmap. */
import { RasterPainter } from './rasterPainter';
import type { FromRasterWorker, ToRasterWorker } from './rasterProtocol';
import { RasterScene } from './rasterScene';

const scene = new RasterScene();
const painter = new RasterPainter();

function post(message: FromRasterWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.addEventListener('message', ({ data }: MessageEvent<ToRasterWorker>) => {
  if (data.type === 'sync') {
    scene.sync(data);
    return;
  }
  if (data.type === 'preview') {
    scene.setPreview(data.masks);
    return;
  }
  if (data.type === 'names') {
    scene.setNames(data);
    return;
  }
  try {
    const start = performance.now();
    painter.begin(data, scene.count);
    scene.draw(painter, data);
    const bitmap = painter.finish();
    post({ type: 'frame', frame: data.frame, bitmap, ms: performance.now() - start }, [bitmap]);
  } catch (error) {
    post({ type: 'failed', frame: data.frame, reason: error instanceof Error ? error.message : String(error) });
  }
});
