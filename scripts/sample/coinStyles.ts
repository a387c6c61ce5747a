// The three coin scenes of the sample project: what differs between them.
import type { CoinsStyle } from './coins';

export const coinStyles: readonly CoinsStyle[] = [
  {
    seed: 201,
    count: 18,
    radii: [28, 32, 37, 41, 44],
    touchingPairs: 6,
    table: 'wood',
    light: { azimuth: -2.3, centre: { x: 0.3, y: 0.25 }, bright: 1.15, dim: 0.72 },
  },
  {
    seed: 202,
    count: 24,
    radii: [20, 24, 28, 33, 38],
    touchingPairs: 8,
    table: 'felt',
    light: { azimuth: -0.8, centre: { x: 0.75, y: 0.3 }, bright: 1.16, dim: 0.7 },
  },
  {
    seed: 203,
    count: 29,
    radii: [16, 19, 23, 27, 31],
    touchingPairs: 9,
    table: 'slate',
    light: { azimuth: 2.6, centre: { x: 0.2, y: 0.8 }, bright: 1.14, dim: 0.74 },
  },
];
