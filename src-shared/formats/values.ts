/** Reading values of a foreign JSON or XML file without trusting them: each is what was expected, or nothing. */

export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A finite number, also one written as text. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A positive whole number of pixels that a picture can have. */
export function asSide(value: unknown): number | null {
  const number = asNumber(value);
  return number !== null && Number.isInteger(number) && number > 0 && number <= 1_000_000 ? number : null;
}

/** `[[x, y], ...]` as a flat ring; null where one of them is no point. */
export function asRing(value: unknown): number[] | null {
  const ring: number[] = [];
  for (const point of asList(value)) {
    const pair = asList(point);
    const [x, y] = [asNumber(pair[0]), asNumber(pair[1])];
    if (x === null || y === null) return null;
    ring.push(x, y);
  }
  return ring;
}

/** The points of a ring, `[[x, y], ...]`. */
export function pointsOf(ring: readonly number[]): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i < ring.length; i += 2) points.push([ring[i], ring[i + 1]]);
  return points;
}
