/** Measures the objects of an image file: reads it once, and says what could not be measured. */
import type { VisionRequests } from '@shared/ipc/vision';
import { describeError, toErrorData } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { type MeasurementRow, measureObject, type PixelSamples } from '@shared/measure';
import { decodeSamples } from '../../images';

export type MeasureRequest = VisionRequests['vision.measure']['params'];
export type MeasureResult = VisionRequests['vision.measure']['result'];

/** Measuring lets other work in after this long, a cancellation too. */
const sliceMs = 30;

/**
 * Geometry and intensities of the objects. An image that cannot be read, or has another size than the dataset says, is a
 * problem and leaves the intensities out; it is not decoded where there is nothing to measure. Rejects with `cancelled`.
 */
export async function measureImage(
  { image, source, size, objects }: MeasureRequest,
  { signal, progress }: Partial<CallContext> = {},
): Promise<MeasureResult> {
  throwIfCancelled(signal);
  const rows: MeasurementRow[] = [];
  const problems: string[] = [];
  const hasMask = objects.some(({ segmentation }) => segmentation !== null);
  let samples: PixelSamples | null = null;
  try {
    samples = source && hasMask ? await decodeSamples(source, { signal }) : null;
  } catch (error) {
    const data = toErrorData(error);
    if (data.code !== 'bad-input') throw error;
    problems.push(describeError(data));
  }
  if (samples && size && (samples.height !== size[0] || samples.width !== size[1])) {
    const found = `${samples.width} x ${samples.height} pixels`;
    problems.push(`${source!.path} has ${found} when the dataset says ${size[1]} x ${size[0]}`);
    samples = null;
  }
  const known = size ?? (samples && ([samples.height, samples.width] as const));
  let sliceStart = performance.now();
  for (const [i, object] of objects.entries()) {
    const { row, problem } = measureObject(object, { image, size: known, samples });
    rows.push(row);
    if (problem !== null) problems.push(problem);
    if (performance.now() - sliceStart < sliceMs) continue;
    progress?.({ done: i + 1, total: objects.length });
    await new Promise((resume) => setImmediate(resume));
    throwIfCancelled(signal);
    sliceStart = performance.now();
  }
  return { rows, problems };
}
