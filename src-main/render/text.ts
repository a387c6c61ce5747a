/** Text as small coverage bitmaps, drawn with the bundled font so that a machine without fonts gives the same picture. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { AppError } from '@shared/errors/appError';

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

/** `outlines`: draws the letters' outlines instead of asking sharp, whose WebAssembly build writes no text (docs/adr/0005). */
export function createTextRenderer({ outlines = sharpIsWasm() } = {}): TextRenderer {
  const fontFile = findFont('Inter-SemiBold.ttf');
  provideFontConfiguration();
  const cache = new Map<string, Promise<TextBitmap>>();
  return {
    draw(text, sizePx) {
      const key = `${sizePx} ${text}`;
      let bitmap = cache.get(key);
      if (!bitmap) {
        if (cache.size >= maxCached) cache.clear();
        cache.set(key, (bitmap = drawLine(text, sizePx, fontFile, outlines)));
      }
      return bitmap;
    },
  };
}

async function drawLine(
  text: string,
  sizePx: number,
  fontFile: string | undefined,
  outlines: boolean,
): Promise<TextBitmap> {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return { width: 0, height: 0, alpha: new Uint8Array(0) };
  const picture = outlines ? drawOutlines(line, sizePx, fontFile) : drawText(line, sizePx, fontFile);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const alpha = new Uint8Array(info.width * info.height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = data[i * info.channels + 3];
  return { width: info.width, height: info.height, alpha };
}

/** At 72 dpi a point is a pixel. The text is Pango markup: names of categories must not be read as tags. */
function drawText(line: string, sizePx: number, fontfile: string | undefined): Sharp {
  const text = escapeMarkup(line);
  return sharp({ text: { text, font: `Inter SemiBold ${sizePx}`, fontfile, dpi: 72, rgba: true, wrap: 'none' } });
}

/** What is used of opentype.js. */
interface Font {
  readonly unitsPerEm: number;
  charToGlyph(letter: string): Glyph;
  getKerningValue(left: Glyph, right: Glyph): number;
}
interface Glyph {
  readonly advanceWidth: number;
  getPath(x: number, y: number, sizePx: number): Outline;
}
interface Outline {
  getBoundingBox(): { x1: number; y1: number; x2: number; y2: number };
  toPathData(): string;
}
let font: Font | undefined;

/** A letter that the bundled font lacks is an empty box: no other font is looked for. */
function drawOutlines(line: string, sizePx: number, fontFile: string | undefined): Sharp {
  if (fontFile === undefined) throw new AppError('internal', 'The installation is incomplete: it has no font');
  if (!font) {
    // Loaded by those who need it only.
    const opentype = createRequire(__filename)('opentype.js') as { parse(bytes: ArrayBuffer): Font };
    const bytes = new Uint8Array(readFileSync(fontFile));
    font = opentype.parse(bytes.buffer);
  }
  // Letter by letter: the library does not know all the rules by which this font joins letters.
  const glyphs = Array.from(line, (letter) => font!.charToGlyph(letter));
  let x = 0;
  const outlines = glyphs.map((glyph, at) => {
    const outline = glyph.getPath(x, 0, sizePx);
    const kerning = at + 1 < glyphs.length ? font!.getKerningValue(glyph, glyphs[at + 1]) : 0;
    x += ((glyph.advanceWidth + kerning) * sizePx) / font!.unitsPerEm;
    return outline;
  });
  const boxes = outlines.map((outline) => outline.getBoundingBox()).filter(({ x1, x2 }) => x2 > x1);
  const [x1, y1] = [lowest(boxes.map((box) => box.x1)), lowest(boxes.map((box) => box.y1))];
  const [x2, y2] = [highest(boxes.map((box) => box.x2)), highest(boxes.map((box) => box.y2))];
  const [left, top] = [Math.floor(x1), Math.floor(y1)];
  const [width, height] = [Math.max(1, Math.ceil(x2) - left), Math.max(1, Math.ceil(y2) - top)];
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">` +
        `<path d="${outlines.map((outline) => outline.toPathData()).join('')}"/></svg>`,
    ),
  ).ensureAlpha();
}

/** Of letters without ink there is nothing. */
const lowest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
const highest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), values[0] ?? 0);

const sharpIsWasm = () => process.platform === 'linux' && process.versions.electron !== undefined;

function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The bundled font, looked for upwards from here: sources, build output and its chunks lie at different depths. */
function findFont(name: string): string | undefined {
  for (let folder = __dirname, depth = 0; depth < 6; depth++, folder = dirname(folder)) {
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
