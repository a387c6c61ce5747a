/** Archives, ROIs of ImageJ and pictures bent along their structure: fields of their headers, names and numbers of entries, values of pixels. */
import { decode, encode } from 'fast-png';
import { unzipSync, zipSync } from 'fflate';
import type { Random } from './datasetFuzz';
import { hostileNames } from './structureFuzz';

export interface BentBytes {
  readonly content: Uint8Array;
  readonly step: string;
}

/** Null: of no structure that is known here. */
export function bendStructure(bytes: Uint8Array, random: Random): BentBytes | null {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return bendZip(bytes, random);
  if (String.fromCharCode(...bytes.subarray(0, 4)) === 'Iout') return bendRoi(bytes, random);
  return bytes[0] === 0x89 ? bendPng(bytes, random) : null;
}

function bendZip(bytes: Uint8Array, random: Random): BentBytes | null {
  let entries: [string, Uint8Array][];
  try {
    entries = Object.entries(unzipSync(bytes));
  } catch {
    return null;
  }
  const packed = (step: string): BentBytes => ({ content: zipSync(Object.fromEntries(entries)), step: `zip: ${step}` });
  if (entries.length === 0 || random.chance(0.1)) {
    entries.push(['x.roi', new Uint8Array(random.pick([0, 3, 63, 64, 200]))]);
    return packed('an entry of zeros');
  }
  const place = random.below(entries.length);
  const [name, content] = entries[place];
  switch (random.below(6)) {
    case 0: {
      const other = random.pick(hostileNames);
      // The packer itself stumbles over names of its own language.
      entries[place] = [`${other}${/^_|^con/.test(other) ? '.roi' : random.pick(['', '.roi'])}`, content];
      return packed(`an entry called ${JSON.stringify(other).slice(0, 40)}`);
    }
    case 1:
      for (let i = random.pick([2, 100]); i > 0; i--) entries.push([`copy ${i} ${name}`, content]);
      return packed('many of one entry');
    case 2:
      entries[place] = [name, bytes];
      return packed('an archive in itself');
    case 3:
      entries[place] = [name, content.slice(0, random.below(content.length + 1))];
      return packed('an entry cut off');
    default: {
      const bent = bendStructure(content, random);
      if (bent) entries[place] = [name, bent.content];
      return packed(bent?.step ?? 'nothing');
    }
  }
}

/** Where the fields of both headers are, of two and of four bytes; see ij.io.RoiDecoder. */
const shorts = [4, 6, 8, 10, 12, 14, 16, 34, 48, 50, 52, 54];
const longs = [18, 22, 26, 30, 36, 40, 44, 56, 60];
const longsOfSecond = [4, 8, 12, 16, 20, 24, 32, 36, 40, 44, 48];
const numbers = [0, 1, -1, 3, 7, 64, 128, 255, 32_767, -32_768, 65_535, 2 ** 31 - 1, -(2 ** 31), 1_000_000];
const floats = [Number.NaN, Infinity, -Infinity, 3e38, -3e38, 1e-40, 0, -0.5, 4, 1e9];

function bendRoi(bytes: Uint8Array, random: Random): BentBytes {
  const content = bytes.slice();
  if (content.length < 64) return { content, step: 'ROI: nothing' };
  const view = new DataView(content.buffer);
  const second = view.getInt32(60);
  const hasSecond = second >= 64 && second + 64 <= content.length;
  const steps: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const kind = random.below(4);
    if (kind === 0) {
      const at = random.pick(shorts);
      view.setInt16(at, random.pick(numbers));
      steps.push(`bytes ${at}`);
    } else if (kind === 1 || !hasSecond) {
      const at = random.pick(longs);
      view.setInt32(at, random.pick(numbers));
      steps.push(`bytes ${at}`);
    } else if (kind === 2) {
      const at = second + random.pick(longsOfSecond);
      view.setInt32(at, random.pick(numbers));
      steps.push(`bytes ${at} of ${content.length}`);
    } else {
      const at = 64 + 4 * random.below(Math.max(1, (second - 64) >> 2));
      if (at + 4 <= content.length) view.setFloat32(at, random.pick(floats));
      steps.push(`a number at ${at}`);
    }
  }
  return { content, step: `ROI: ${steps.join(', ')}` };
}

function bendPng(bytes: Uint8Array, random: Random): BentBytes | null {
  let picture: ReturnType<typeof decode>;
  try {
    picture = decode(bytes);
  } catch {
    return null;
  }
  const { width, height, channels, depth, palette } = picture;
  const values = picture.data.slice();
  const most = depth === 16 ? 65_535 : 255;
  const done = (step: string, size: { width: number; height: number } = { width, height }): BentBytes => {
    const data = values.slice(0, size.width * size.height * channels);
    const colours = palette ? { palette } : {};
    return { content: encode({ ...size, data, channels, depth, ...colours }), step: `picture: ${step}` };
  };
  if (depth < 8) return null;
  switch (random.below(4)) {
    case 0:
      for (let i = 0; i < 8; i++) values[random.below(values.length)] = random.below(most + 1);
      return done('some pixels');
    case 1:
      for (let i = 0; i < values.length; i++) values[i] = random.below(most + 1);
      return done('noise');
    case 2:
      values.fill(random.pick([0, 1, most]));
      return done('one value');
    default:
      return done('another size', { width: Math.max(1, width - random.below(width)), height });
  }
}
