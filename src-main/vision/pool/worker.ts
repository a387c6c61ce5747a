/** Entry of a classical worker thread: one OpenCV.js instance, one job at a time. */
import { parentPort } from 'node:worker_threads';
import { toErrorData } from '@shared/errors/appError';
import { loadOpenCv, type OpenCv } from '../opencv/cv';
import { explainCvError } from '../opencv/cvErrors';
import { steps } from './steps';
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
  const { image } = job;
  try {
    const step = steps[job.step] as (cv: OpenCv, input: WorkerJob) => unknown;
    return { type: 'result', result: step(cv, job), heapBytes: cv.HEAPU8.length };
  } catch (thrown) {
    const use = { method: 'method' in job ? job.method : job.step, size: [image.width, image.height] } as const;
    const { error, unusable } = explainCvError(cv, thrown, use);
    return { type: 'error', error: toErrorData(error), unusable };
  }
}
