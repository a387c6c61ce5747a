/** Statistics of an image's samples under a mask. */
import type { ColumnIntervals } from '../mask/columns';
import type { ChannelIntensity, PixelSamples } from './types';

/**
 * One entry a channel, in the channels' order; none where the mask has no finite sample. `intervals` are of a mask of the
 * samples' size. Sums of whole numbers are exact below 2^53. O(columns + area * channels).
 */
export function intensitiesOf(intervals: ColumnIntervals, samples: PixelSamples): ChannelIntensity[] {
  const result: ChannelIntensity[] = [];
  for (const [offset, channel] of samples.channels.entries()) {
    const stats = channelStats(intervals, samples, offset);
    if (stats) result.push({ channel, ...stats });
  }
  return result;
}

type Stats = Omit<ChannelIntensity, 'channel'>;

/** Deviations are taken from the first sample, so that a bright and even object does not lose its spread to rounding. */
function channelStats({ first, bounds }: ColumnIntervals, samples: PixelSamples, offset: number): Stats | null {
  const { data, width, channels } = samples;
  const step = width * channels.length;
  let n = 0;
  let origin = 0;
  let sum = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let x = 0; x + 1 < first.length; x++) {
    const column = x * channels.length + offset;
    for (let i = first[x]; i < first[x + 1]; i++) {
      const end = column + bounds[2 * i + 1] * step;
      for (let p = column + bounds[2 * i] * step; p < end; p += step) {
        const value = data[p];
        if (value - value !== 0) continue; // NaN and infinities
        if (n++ === 0) origin = value;
        const deviation = value - origin;
        sum += deviation;
        squares += deviation * deviation;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  if (n === 0) return null;
  const mean = origin + sum / n;
  const variance = (squares - (sum * sum) / n) / n;
  return { mean, std: Math.sqrt(Math.max(0, variance)), min, max, integrated: n * origin + sum };
}
