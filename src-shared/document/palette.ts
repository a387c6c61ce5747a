/** Category colours: ten that colour-blind people can tell apart, then evenly spaced hues, the same in window and CLI. */

/**
 * Okabe and Ito's seven colours (black left out: it is no colour on an image) and three more from Paul Tol's sets, chosen
 * to keep their distance from the rest under simulated protanopia, deuteranopia and tritanopia.
 */
const base = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#aa3377',
  '#99ddff',
  '#bbbbbb',
] as const;

/** Degrees; successive multiples stay evenly spread however many there are. */
const goldenAngle = 137.50776405003785;
const lightnessSteps = [0.72, 0.6, 0.82] as const;
const chroma = 0.15;

/** `#rrggbb` of the category at this position (from 0) in its dataset. */
export function paletteColor(position: number): string {
  if (!Number.isInteger(position) || position < 0) throw new RangeError(`Position is ${position}, expected 0 or more`);
  if (position < base.length) return base[position];
  const step = position - base.length;
  return oklchToHex(lightnessSteps[step % lightnessSteps.length], chroma, (20 + step * goldenAngle) % 360);
}

/**
 * `#rrggbb` of an index (0..255) in the palette of Pascal VOC's label maps: each index's bits dealt out to red, green and
 * blue, the lowest ones to the highest bits.
 */
export function vocColor(index: number): string {
  return `#${vocRgb(index)
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** The same as `[red, green, blue]`, 0..255 each. */
export function vocRgb(index: number): number[] {
  const channels = [0, 0, 0];
  for (let bit = 0; bit < 8; bit++) {
    channels.forEach((_, c) => (channels[c] |= ((index >> (3 * bit + c)) & 1) << (7 - bit)));
  }
  return channels;
}

/** The colour of each category by id: its own where it has one, else the palette's at its position, or place in the list. */
export function categoryColors(
  categories: readonly { readonly id: number; readonly color?: string | null; readonly position?: number }[],
): Map<number, string> {
  return new Map(categories.map(({ id, color, position }, place) => [id, color ?? paletteColor(position ?? place)]));
}

/** `#rrggbb` of categories that do not exist yet, by name: those they get when they are made one after the other. */
export function newCategoryColors(
  categories: readonly { readonly name: string; readonly position?: number }[],
  names: readonly string[],
): Map<string, string> {
  const known = new Set(categories.map(({ name }) => name));
  const next = categories.reduce((most, { position }, place) => Math.max(most, (position ?? place) + 1), 0);
  const fresh = [...new Set(names)].filter((name) => !known.has(name));
  return new Map(fresh.map((name, at) => [name, paletteColor(next + at)]));
}

/** `#rgb` or `#rrggbb` as 0..255 components; null when it is neither. */
export function parseHexColor(text: string): readonly [r: number, g: number, b: number] | null {
  const match = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(text);
  if (!match) return null;
  const digits = match[2] ?? [...match[1]].map((digit) => digit + digit).join('');
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) as unknown as [number, number, number];
}

/** Black or white, whichever is easier to read on the colour (WCAG contrast). */
export function inkOn(color: string): '#000000' | '#ffffff' {
  const [r, g, b] = (parseHexColor(color) ?? [0, 0, 0]).map((value) => toLinear(value / 255));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

/** OKLCH to sRGB (Ottosson 2020); chroma is lowered until the colour exists in sRGB. */
function oklchToHex(lightness: number, wantedChroma: number, hueDegrees: number): string {
  const hue = (hueDegrees * Math.PI) / 180;
  for (let c = wantedChroma; ; c -= 0.005) {
    const rgb = oklabToLinear(lightness, c * Math.cos(hue), c * Math.sin(hue));
    if (c > 0 && rgb.some((value) => value < 0 || value > 1)) continue;
    return `#${rgb.map((value) => toByte(value).toString(16).padStart(2, '0')).join('')}`;
  }
}

function oklabToLinear(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function toByte(linear: number): number {
  const clamped = Math.min(1, Math.max(0, linear));
  const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255);
}

function toLinear(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}
