/** Pictures of numbers as other programs see them, whoever packs them. */
import { deflateSync } from 'node:zlib';
import { zlibSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packWith } from '@shared/formats/png/encodePng';
import {
  pngKind,
  readMap,
  vocPalette,
  writeColorPng,
  writeGrey16Png,
  writeGreyPng,
  writeIndexedPng,
} from '@shared/formats/png/maskPng';

const sizes = [[1, 1], [3, 2], [255, 7], [64, 65]] as const; // prettier-ignore

describe.each([
  ['Node’s', (bytes: Uint8Array) => deflateSync(bytes)],
  ['JavaScript’s', (bytes: Uint8Array) => zlibSync(bytes)],
])('packed by %s zlib', (_, pack) => {
  it.each(sizes)('%i x %i pixels are the same numbers for libpng and for ourselves', async (width, height) => {
    const before = packWith(pack);
    onTestFinished(() => void packWith(before));
    const values = Uint8Array.from({ length: width * height }, (_value, at) => (at * 37 + (at >> 5)) & 255);
    const wide = Uint16Array.from(values, (value, at) => value * 257 - (at % 3));
    const colours = Uint32Array.from(values, (value) => value | ((255 - value) << 8) | (((value * 7) & 255) << 16));
    const palette = vocPalette();
    const grey = writeGreyPng(values, width, height);
    const indexed = writeIndexedPng(values, width, height, palette);
    const deep = writeGrey16Png(wide, width, height);
    const coloured = writeColorPng(colours, width, height);
    expect([grey, indexed, deep, coloured].map(pngKind)).toEqual([
      { kind: 'grey', depth: 8 },
      { kind: 'palette', depth: 8 },
      { kind: 'grey', depth: 16 },
      { kind: 'color', depth: 8 },
    ]);
    for (const [bytes, own] of [
      [grey, values],
      [indexed, values],
      [deep, wide],
      [coloured, colours],
    ] as const)
      // prettier-ignore
      expect([...readMap(bytes).values]).toEqual([...own]);
    const rgbOf = async (bytes: Uint8Array) => [...(await sharp(bytes).toColourspace('srgb').raw().toBuffer())];
    expect([...(await sharp(grey).toColourspace('b-w').raw().toBuffer())]).toEqual([...values]);
    expect(await rgbOf(indexed)).toEqual([...values].flatMap((value) => palette[value]));
    expect(await rgbOf(coloured)).toEqual(
      [...colours].flatMap((value) => [value & 255, (value >> 8) & 255, value >> 16]),
    );
    const raw = await sharp(deep).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    expect([...new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2)]).toEqual([...wide]);
  });
});
