/** The histograms of the threshold panel: every channel that can be thresholded. */
import type { ChannelName, Histogram } from '@shared/methods/requests';
import type { Rle } from '@shared/mask';
import { extractChannel } from './binarize';
import type { OpenCv } from '../../opencv/cv';
import { cropRgb } from '../../opencv/image';
import { withMats } from '../../opencv/matScope';
import { maskToView, type ViewPicture } from '../viewPicture';
import { workScope } from '../workScope';

const CHANNELS: readonly ChannelName[] = ['gray', 'r', 'g', 'b', 'l', 'a', 'b_'];

/** Of the picture's pixels, or of those in the mask (of the image). */
export function channelHistogram(cv: OpenCv, view: ViewPicture, within?: Rle): Histogram {
  const { bounds, inside } = workScope(view, undefined, within && maskToView(view, within));
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, view, bounds);
    const channels: Partial<Record<ChannelName, number[]>> = {};
    let total = 0;
    for (const name of CHANNELS) {
      const channel = extractChannel(scope, rgb, name);
      const { data } = channel;
      const bins = new Uint32Array(256);
      for (let i = 0; i < data.length; i++) if (!inside || inside[i] !== 0) bins[data[i]]++;
      total = bins.reduce((sum, value) => sum + value, 0);
      channels[name] = [...bins];
      scope.free(channel);
    }
    return { channels: channels as Record<ChannelName, number[]>, total };
  });
}
