/** CIE LAB of a picture in three bytes a pixel, for the tools that compare colours. */

/**
 * Bytes of a LAB plane: L * 2.55, a + 128, b + 128, rounded; row-major, interleaved. One byte more follows, so that a pixel can be read
 * as a word of four.
 */
export type LabPlane = Uint8Array;

export const labPlaneBytes = (pixels: number): number => pixels * 3 + 1;

/** Byte steps a unit of L. */
export const LIGHTNESS_SCALE = 2.55;

const CURVE_STEPS = 16384;

interface Tables {
  /** Contributions of each 8-bit channel to x, y, z relative to the white point, in steps of the curve. */
  readonly x: readonly Float32Array[];
  readonly y: readonly Float32Array[];
  readonly z: readonly Float32Array[];
  /** f(t) of CIE LAB. */
  readonly curve: Float32Array;
}

let tables: Tables | null = null;

function makeTables(): Tables {
  const linear = Float64Array.from({ length: 256 }, (_, i) => {
    const v = i / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const row = (weights: readonly number[], white: number) =>
    weights.map((weight) => Float32Array.from(linear, (v) => (v * weight * (CURVE_STEPS - 1)) / white));
  const curve = Float32Array.from({ length: CURVE_STEPS + 1 }, (_, i) => {
    const t = i / (CURVE_STEPS - 1);
    return t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116;
  });
  return {
    x: row([0.4124564, 0.3575761, 0.1804375], 0.9504559),
    y: row([0.2126729, 0.7151522, 0.072175], 1),
    z: row([0.0193339, 0.119192, 0.9503041], 1.0890578),
    curve,
  };
}

/**
 * Writes the LAB of the pixels `from`..`to` (indices) of sRGB `rgba` (4 bytes a pixel) into `lab`. Source: CIE 15:2004, sRGB with
 * the D65 white point. Within one step of the exact value.
 */
export function fillLab(rgba: Uint8Array, lab: LabPlane, from: number, to: number): void {
  tables ??= makeTables();
  const { curve } = tables;
  const [xr, xg, xb] = tables.x;
  const [yr, yg, yb] = tables.y;
  const [zr, zg, zb] = tables.z;
  for (let p = from, i = from * 4, o = from * 3; p < to; p++, i += 4, o += 3) {
    const r = rgba[i];
    const g = rgba[i + 1];
    const b = rgba[i + 2];
    const fx = curve[(xr[r] + xg[g] + xb[b] + 0.5) | 0];
    const fy = curve[(yr[r] + yg[g] + yb[b] + 0.5) | 0];
    const fz = curve[(zr[r] + zg[g] + zb[b] + 0.5) | 0];
    // Every sRGB colour has a within -86..98 and b within -108..94: no clamping.
    lab[o] = (116 * fy - 16) * LIGHTNESS_SCALE + 0.5;
    lab[o + 1] = 500 * (fx - fy) + 128.5;
    lab[o + 2] = 200 * (fy - fz) + 128.5;
  }
}

/** The LAB of a whole picture. */
export function labOf({ width, height, data }: { width: number; height: number; data: Uint8Array }): LabPlane {
  const lab = new Uint8Array(labPlaneBytes(width * height));
  fillLab(data, lab, 0, width * height);
  return lab;
}

/** The LAB of a region of a picture, row-major in the region's own size. */
export function labOfRegion(
  image: { width: number; data: Uint8Array },
  [x, y, width, height]: readonly [number, number, number, number],
): LabPlane {
  const lab = new Uint8Array(labPlaneBytes(width * height));
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4;
    fillLab(image.data.subarray(from, from + width * 4), lab.subarray(row * width * 3), 0, width);
  }
  return lab;
}
