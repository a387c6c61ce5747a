/** The engine processes of the window, wired: where each script is, and what a restarted store must open again. */
import type { InferenceRequests } from '@shared/ipc/inference';
import type { FileLoss, OpenReport, OpenTarget } from '@shared/project/types';
import type { StoreRequests } from '@shared/ipc/store';
import type { VisionRequests } from '@shared/ipc/vision';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import { utilityProcess } from 'electron';
import { join } from 'node:path';
import { EngineProcess } from './engineProcess';
import { LookAhead } from './lookAhead';
import { givesWay } from '../host/givesWay';
import { Patience } from '../inference/patience';

export interface EngineOptions {
  /** Where projects go whose own folder cannot be written. */
  readonly userDataFolder: string;
  readonly modelsFolder: string;
  readonly sharpWasmFolder: string;
  /** What models are to run on, as the settings say it when the process starts. */
  readonly provider: () => string;
  readonly onCrash: (process: 'store' | 'vision' | 'inference', error: AppError, exitCode: number) => void;
  readonly onProjectOpened: (report: OpenReport) => void;
}

export interface Engine {
  readonly store: EngineProcess<StoreRequests>;
  readonly vision: EngineProcess<VisionRequests>;
  readonly inference: EngineProcess<InferenceRequests>;
  /** With models, whose runs block their process and may come to no end: everything that `inference` is asked, but for closing. */
  readonly patience: Patience;
  /** Files of the images that are open for clicks, by session. */
  readonly prompted: Map<number, string>;
  /** Beside `inference`, for images that may be opened next. */
  readonly lookAhead: LookAhead;
  /** The project that is open, as what to open again; null when none is. */
  readonly openProject: Extract<OpenTarget, { kind: 'project' }> | null;
  /** Told of each project that was opened, so that a restarted store opens it again. */
  projectOpened(report: OpenReport): void;
  projectClosed(): void;
  /** What became of the open project's file; null: it is where it was. */
  readonly projectLoss: FileLoss | null;
  projectLost(loss: FileLoss | null): void;
  /** Aborted before another project takes the place of the open one: what still writes to it must stop. */
  readonly projectLeft: AbortSignalLike;
  /** Told before the open project is left. */
  leaveProject(): void;
  stop(): void;
}

export function createEngine(options: EngineOptions): Engine {
  let openProject: string | null = null;
  let projectLoss: FileLoss | null = null;
  let left = new CancelSource();
  const { sharpWasmFolder } = options;
  const host = join(__dirname, 'engineHost.cjs');
  const fork = (name: string, script: string, args: readonly string[]) =>
    utilityProcess.fork(host, [join(__dirname, script), sharpWasmFolder, ...args], {
      serviceName: `maskwright-${name}`,
      stdio: 'inherit',
    });

  const store = new EngineProcess<StoreRequests>({
    name: 'store',
    fork: () => fork('store', 'storeHost.cjs', [`--user-data=${options.userDataFolder}`]),
    prepare: async (client) => {
      if (openProject) await client.call('project.open', { file: openProject });
    },
    onCrash: (...what) => options.onCrash('store', ...what),
  });
  const vision = new EngineProcess<VisionRequests>({
    name: 'vision',
    fork: () =>
      fork('vision', 'visionHost.cjs', [givesWay, `--thumbnails=${join(options.userDataFolder, 'thumbnails')}`]),
    onCrash: (...what) => options.onCrash('vision', ...what),
  });
  const inferenceArguments = () => [
    givesWay,
    `--models=${options.modelsFolder}`,
    // What the user added.
    `--models=${join(options.userDataFolder, 'models')}`,
    `--embeddings=${join(options.userDataFolder, 'embeddings')}`,
    `--provider=${options.provider()}`,
  ];
  const ahead = new EngineProcess<InferenceRequests>({
    name: 'ahead',
    fork: () => fork('ahead', 'inferenceHost.cjs', inferenceArguments()),
    // Nobody waits for it: the image is looked at when it is opened, and what is wrong with it is told then.
    onCrash: () => undefined,
  });
  const inference: EngineProcess<InferenceRequests> = new EngineProcess<InferenceRequests>({
    name: 'inference',
    fork: () => fork('inference', 'inferenceHost.cjs', inferenceArguments()),
    onCall: () => lookAhead.giveWay(),
    onCrash: (...what) => options.onCrash('inference', ...what),
  });

  const lookAhead = new LookAhead(ahead, () => inference.isIdle);

  return {
    store,
    vision,
    inference,
    patience: new Patience(() => inference.restart()),
    prompted: new Map(),
    lookAhead,
    get openProject() {
      return openProject === null ? null : ({ kind: 'project', path: openProject } as const);
    },
    projectOpened(report) {
      openProject = report.project.file;
      projectLoss = null;
      options.onProjectOpened(report);
    },
    projectClosed() {
      openProject = null;
      projectLoss = null;
    },
    get projectLoss() {
      return projectLoss;
    },
    projectLost: (loss) => void (projectLoss = loss),
    get projectLeft() {
      return left;
    },
    leaveProject() {
      left.abort();
      left = new CancelSource();
    },
    stop() {
      for (const process of [store, vision, inference, ahead]) process.stop();
    },
  };
}
