/** Methods whose region does not fit into OpenCV's memory are refused from the header's numbers, before a pixel is read. */
import { describe, expect, it } from 'vitest';
import { fromBox } from '@shared/mask';
import { createVisionService } from '../../../src-main/vision/service';
import { requireHeap } from '../../../src-main/vision/methods/methodMemory';
import { pngHead } from '../images/pngHead';
import { put, temporaryFolder } from '../images/files';

const folder = temporaryFolder();
const huge = { width: 20_000, height: 15_000 };

describe('300 megapixels', () => {
  it.each(['threshold', 'components', 'watershed', 'kmeans'] as const)(
    '%s: the sentence comes from the header of a file that has no pixels',
    async (method) => {
      const path = put(folder, `${method}.png`, pngHead(huge.width, huge.height, 8));
      const vision = createVisionService({ workerFile: 'none', poolSize: 1 });
      const context = { signal: new AbortController().signal, progress: () => undefined };
      const source = { path, orientation: 'exif' } as const;
      const work = vision.handlers['vision.propose']({ source, method, params: {} }, context as never);
      await expect(work).rejects.toMatchObject({
        code: 'bad-input',
        message: `${method} on 20000 x 15000 pixels needs more memory than OpenCV.js has (about 1 GB)`,
        hint: 'work on a part of the image (a box), or on a smaller image',
      });
      await vision.dispose();
    },
  );

  it('a part of it fits, by a box or a mask, and so do methods of bounded size', () => {
    expect(() => requireHeap({ method: 'watershed', box: [100, 100, 5000, 5000] }, huge)).not.toThrow();
    const within = fromBox([100, 100, 3000, 3000], huge.height, huge.width);
    expect(() => requireHeap({ method: 'threshold', within }, huge)).not.toThrow();
    expect(() => requireHeap({ method: 'superpixels' }, huge)).not.toThrow();
    expect(() => requireHeap({ method: 'threshold' }, { width: 12_000, height: 10_000 })).not.toThrow();
    expect(() => requireHeap({ method: 'watershed' }, { width: 10_000, height: 9_000 })).toThrow('10000 x 9000');
  });
});
