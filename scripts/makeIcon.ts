// Renders resources/icon.svg to the 512-pixel icon.png that the window and the packages use.
import path from 'node:path';
import sharp from 'sharp';

const resources = path.join(import.meta.dirname, '..', 'resources');

// The SVG's own density gives 512 px; rendering at twice that and halving keeps its edges smooth.
await sharp(path.join(resources, 'icon.svg'), { density: 144 })
  .resize(512, 512)
  .png({ compressionLevel: 9 })
  .toFile(path.join(resources, 'icon.png'));
process.stdout.write(`${path.join(resources, 'icon.png')}\n`);
