/** Entry of a classical worker thread: one OpenCV.js instance, one job at a time. */
import { parentPort } from 'node:worker_threads';
import { area, toBbox, toCompressed } from '@shared/mask';
import type { RawProposal } from '@shared/ipc/contract';
import { toErrorData } from '@shared/ipc/errors';
import { loadOpenCv, type OpenCv } from './cv';
import { explainCvError } from './cvErrors';
import { runMethod } from './methods';
import type { MethodResult } from './regions';
import type { WorkerJob, WorkerReply } from './workerProtocol';

const port = parentPort;
if (!port) throw new Error('The classical worker must be started as a worker thread');
const reply = (message: WorkerReply): void => port.postMessage(message);

// The library prints a bare "Aborted()" beside the error that it throws, which is reported as a sentence.
const printError = console.error.bind(console);
console.error = (...words: unknown[]) => {
  if (!String(words[0]).startsWith('Aborted(')) printError(...words);
};

void loadOpenCv().then((cv) => {
  port.on('message', (job: WorkerJob) => reply(compute(cv, job)));
  reply({ type: 'ready' });
});

function compute(cv: OpenCv, job: WorkerJob): WorkerReply {
  const { image, method, params, box } = job;
  try {
    const start = performance.now();
    const { masks, notes } = runMethod(cv, method, image, params, box);
    const proposals = masks.map(toProposal);
    const computeMs = performance.now() - start;
    return { type: 'result', result: { proposals, notes, computeMs }, heapBytes: cv.HEAPU8.length };
  } catch (thrown) {
    const what = `${method} on ${image.width} x ${image.height} pixels`;
    const { error, unusable } = explainCvError(cv, thrown, what);
    return { type: 'error', error: toErrorData(error), unusable };
  }
}

function toProposal({ rle, score }: MethodResult['masks'][number]): RawProposal {
  return {
    segmentation: { kind: 'rle', size: rle.size, counts: toCompressed(rle) },
    bbox: toBbox(rle),
    area: area(rle),
    score,
    categoryName: null,
  };
}
