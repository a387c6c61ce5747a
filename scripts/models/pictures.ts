/** Makes the pictures of the models that find things on photographs: `npx tsx scripts/models/pictures.ts`. */
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeRgb } from '../../src-main/images';
import { createInferenceService } from '../../src-main/inference/service';
import { drawOverlay } from '../../src-main/render/overlay';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { fromCompressed } from '@shared/mask';
import { paletteColor } from '@shared/document/palette';

const root = join(import.meta.dirname, '../..');
const modelsFolder = join(root, 'models');
/** Twice the size at which it is shown. */
const side = 112;

const pictures = [
  { model: 'photo-objects', photo: 'coffee.jpg', crop: { left: 150, top: 20, width: 360, height: 360 } },
  { model: 'main-object', photo: 'cat.jpg', crop: { left: 60, top: 0, width: 300, height: 300 } },
  { model: 'portrait-matte', photo: 'astronaut.jpg', crop: { left: 40, top: 0, width: 400, height: 400 } },
];

const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));
for (const { model, photo, crop } of pictures) {
  const source = { path: join(root, 'test/fixtures/photos', photo), orientation: 'exif' } as const;
  const image = await decodeRgb(source);
  const { proposals } = await models.call('inference.propose', { source, model });
  const shapes = proposals.map(({ segmentation, bbox, categoryName, score }, i) => ({
    mask: fromCompressed(segmentation.counts, segmentation.size),
    box: bbox,
    color: paletteColor(i + 1),
    categoryName: categoryName ?? '',
    score,
  }));
  await drawOverlay(image, shapes, null);
  const { data, width, height } = image;
  await sharp(data, { raw: { width, height, channels: 3 } })
    .extract(crop)
    .resize(side, side)
    .png({ compressionLevel: 9, palette: true, colours: 96 })
    .toFile(join(modelsFolder, model, 'picture.png'));
  const found = proposals.map(({ categoryName, score }) => `${categoryName} ${score.toFixed(2)}`);
  console.log(`${model}: ${found.join(', ')}`);
}
