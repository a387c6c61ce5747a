/** Methods whose region does not fit into memory, OpenCV's or the machine's, are refused from the header's numbers, before a pixel is read. */
import { describe, expect, it } from 'vitest';
import { fromBox } from '@shared/mask';
import { METHOD_NAMES } from '@shared/methods/params';
import { createVisionService } from '../../../src-main/vision/service';
import { requireMemory } from '../../../src-main/vision/methods/methodMemory';
import { pngHead } from '../images/pngHead';
import { put, temporaryFolder } from '../images/files';

const folder = temporaryFolder();
const gigabyte = 2 ** 30;
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
    expect(() => requireMemory({ method: 'watershed', box: [100, 100, 5000, 5000] }, huge)).not.toThrow();
    const within = fromBox([100, 100, 3000, 3000], huge.height, huge.width);
    expect(() => requireMemory({ method: 'threshold', within }, huge)).not.toThrow();
    expect(() => requireMemory({ method: 'superpixels' }, huge, 8 * gigabyte)).not.toThrow();
    expect(() => requireMemory({ method: 'superpixels', within }, huge, 4 * gigabyte)).not.toThrow();
    expect(() => requireMemory({ method: 'threshold' }, { width: 12_000, height: 10_000 })).not.toThrow();
    expect(() => requireMemory({ method: 'watershed' }, { width: 10_000, height: 9_000 })).toThrow('10000 x 9000');
  });
});

describe('900 megapixels', () => {
  it.each(METHOD_NAMES)('%s: one sentence, and no pixel is read', async (method) => {
    const path = put(folder, `${method}-900.png`, pngHead(30_000, 30_000, 8));
    const workerFile = put(folder, `${method}-worker.cjs`, Buffer.from('setInterval(() => undefined, 60_000)'));
    const vision = createVisionService({ workerFile, poolSize: 1 });
    const context = { signal: new AbortController().signal, progress: () => undefined };
    const source = { path, orientation: 'exif' } as const;
    const errorOf = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
    const sentence = /needs more memory than OpenCV.js has|GB of memory, and (an image may take )?\d\.\d GB/;
    const propose = vision.handlers['vision.propose'](
      { source, method, params: method === 'scissors' ? { seeds: '10,10 20,20' } : {}, box: [0, 0, 25_000, 25_000] },
      context as never,
    );
    expect(await errorOf(propose)).toMatch(sentence);
    expect(await errorOf(vision.handlers['vision.openSession']({ source }, context as never))).toMatch(sentence);
    await vision.dispose();
  });

  it('what a method takes besides the picture is counted where it is taken: by its region, or by the image', () => {
    expect(() => requireMemory({ method: 'superpixels' }, huge, 4 * gigabyte)).toThrow(
      'superpixels on 20000 x 15000 pixels takes 5.0 GB of memory, and 4.0 GB may be taken here',
    );
    expect(() => requireMemory({ method: 'wand', box: [0, 0, 10, 10] }, huge, 3 * gigabyte)).toThrow(
      'wand on 20000 x 15000 pixels takes 3.1 GB of memory, and 3.0 GB may be taken here',
    );
    for (const method of METHOD_NAMES) {
      expect(() => requireMemory({ method }, { width: 4000, height: 3000 }, gigabyte / 2)).not.toThrow();
      expect(() => requireMemory({ method }, { width: 20_000, height: 500 }, gigabyte / 2)).not.toThrow();
    }
  });
});
