/** Text as small coverage bitmaps, drawn with the bundled font so that a machine without fonts gives the same picture. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Coverage 0..255, row-major, cropped to the ink. */
export interface TextBitmap {
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
}

export interface TextRenderer {
  /** The text in one line, `sizePx` high letters; empty text gives an empty bitmap. Repeated texts are drawn once. */
  draw(text: string, sizePx: number): Promise<TextBitmap>;
}

const maxCached = 4096;

export function createTextRenderer(): TextRenderer {
  const fontFile = findFont('Inter-SemiBold.ttf');
  provideFontConfiguration();
  const cache = new Map<string, Promise<TextBitmap>>();
  return {
    draw(text, sizePx) {
      const key = `${sizePx} ${text}`;
      let bitmap = cache.get(key);
      if (!bitmap) {
        if (cache.size >= maxCached) cache.clear();
        cache.set(key, (bitmap = drawText(text, sizePx, fontFile)));
      }
      return bitmap;
    },
  };
}

async function drawText(text: string, sizePx: number, fontfile: string | undefined): Promise<TextBitmap> {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return { width: 0, height: 0, alpha: new Uint8Array(0) };
  // At 72 dpi a point is a pixel. The text is Pango markup: names of categories must not be read as tags.
  const { data, info } = await sharp({
    text: { text: escapeMarkup(line), font: `Inter SemiBold ${sizePx}`, fontfile, dpi: 72, rgba: true, wrap: 'none' },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const alpha = new Uint8Array(info.width * info.height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = data[i * info.channels + 3];
  return { width: info.width, height: info.height, alpha };
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The bundled font, looked for upwards from here: sources, build output and its chunks lie at different depths. */
function findFont(name: string): string | undefined {
  for (let folder = __dirname, depth = 0; depth < 5; depth++, folder = dirname(folder)) {
    const file = join(folder, 'resources', 'fonts', name);
    if (existsSync(file)) return file;
  }
  return undefined;
}

/**
 * Our own fontconfig file in place of the system's: it names the usual folders, for scripts that the bundled font lacks, but
 * no hinting rules, so that pictures are the same everywhere; and a bare system without any file gives no complaints.
 */
function provideFontConfiguration(): void {
  if (process.platform !== 'linux' || process.env.FONTCONFIG_FILE || process.env.FONTCONFIG_PATH) return;
  const bundled = findFont('fonts.conf');
  if (bundled) process.env.FONTCONFIG_FILE = bundled;
}
