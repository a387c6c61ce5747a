/** Otsu's threshold of a part of a picture (OpenCV's takes whole pictures only). */

/**
 * The level that parts the values where `inside` is set (1) into two classes with the largest variance between them; values above
 * it are the upper class. The lowest of equals; 0 where there is only one value. Source: Otsu (1979), "A Threshold Selection
 * Method from Gray-Level Histograms".
 */
export function otsuLevel(values: Uint8Array, inside: Uint8Array): number {
  const bins = new Float64Array(256);
  let total = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (inside[i] === 0) continue;
    bins[values[i]]++;
    total++;
    sum += values[i];
  }
  let best = 0;
  let level = 0;
  let below = 0;
  let sumBelow = 0;
  for (let v = 0; v < 256; v++) {
    below += bins[v];
    sumBelow += v * bins[v];
    if (below === 0 || below === total) continue;
    const gap = sumBelow / below - (sum - sumBelow) / (total - below);
    const variance = below * (total - below) * gap * gap;
    if (variance > best) {
      best = variance;
      level = v;
    }
  }
  return level;
}
