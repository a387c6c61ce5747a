/** What the pool and its workers say to each other: the steps a worker can compute, by name. */
import type { MethodName, ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import type { RleSegmentation } from '@shared/document/types';
import type { ColourGroup, ElbowCurve, Histogram, SuperpixelMap } from '@shared/methods/requests';
import type { RawProposal } from '@shared/document/proposalResult';
import type { AppErrorData } from '@shared/errors/appError';
import type { Rle } from '@shared/mask';
import type { GrabcutProgress } from '../methods/grabcut/grabcut';
import type { GrabcutState } from '../methods/grabcut/grabcutRun';
import type { RgbaImage } from '../opencv/image';
import type { LabPlane } from '../methods/labPlane';
import type { ViewPicture } from '../methods/viewPicture';
import type { WireField } from '../methods/scissors/wireField';

/** Where a step works: whole pixels of the image. */
export interface StepScope {
  readonly box?: Box;
  readonly within?: Rle;
}

export interface WorkerResult {
  readonly proposals: readonly RawProposal[];
  readonly notes: readonly string[];
  readonly computeMs: number;
}

/** A method with its full effective parameters. */
export interface MethodInput extends StepScope {
  readonly image: RgbaImage;
  readonly method: MethodName;
  readonly params: ParamsOf<MethodName>;
  /** LAB of the whole image where the caller has it (wand). */
  readonly lab?: LabPlane;
  /** All masks as one. */
  readonly joined?: boolean;
  /** How far grabcut came with the first of the strokes. */
  readonly grabcutFrom?: GrabcutProgress | null;
}

export interface ViewInput extends StepScope {
  readonly image: RgbaImage;
  /** The region at bounded size where the caller has it from an earlier step; else it is made and handed back. */
  readonly view: ViewPicture | null;
}

/**
 * Every step. Pixels in shared memory are not copied; those in ordinary memory are given away with the job (see the pool).
 */
export interface Steps {
  method: { input: MethodInput; result: WorkerResult & { readonly grabcutState?: GrabcutState } };
  /** A method on a smaller picture of the region; masks have the image's size. */
  viewMethod: {
    input: ViewInput & { readonly method: MethodName; readonly params: ParamsOf<MethodName> };
    result: WorkerResult & { readonly view: ViewPicture };
  };
  /** GrabCut's first mask or next strokes, soon. */
  grabcutPreview: {
    input: StepScope & {
      readonly image: RgbaImage;
      readonly params: ParamsOf<'grabcut'>;
      readonly from: GrabcutProgress | null;
    };
    result: WorkerResult & { readonly state: GrabcutState };
  };
  histogram: { input: ViewInput; result: { readonly histogram: Histogram; readonly view: ViewPicture } };
  elbow: {
    input: ViewInput & { readonly params: ParamsOf<'kmeans'> };
    result: { readonly curve: ElbowCurve; readonly view: ViewPicture };
  };
  /** `view` is not looked at when `full`. */
  clusters: {
    input: ViewInput & { readonly params: ParamsOf<'kmeans'>; readonly full: boolean };
    result: {
      readonly groups: readonly ColourGroup[];
      readonly notes: readonly string[];
      readonly view: ViewPicture | null;
    };
  };
  superpixels: {
    input: StepScope & { readonly image: RgbaImage; readonly params: ParamsOf<'superpixels'> };
    result: SuperpixelMap;
  };
  agreement: {
    input: {
      readonly image: RgbaImage;
      readonly masks: readonly RleSegmentation[];
      readonly families?: readonly string[];
    };
    result: readonly number[];
  };
  /** Fills a LAB plane in shared memory. */
  lab: { input: { readonly image: RgbaImage; readonly lab: LabPlane }; result: null };
  /** Shortest paths from a place to everything around it. */
  wireField: {
    input: { readonly image: RgbaImage; readonly from: readonly [number, number]; readonly level: number };
    result: WireField;
  };
}

export type StepName = keyof Steps;

export type WorkerJob<K extends StepName = StepName> = { [S in K]: { readonly step: S } & Steps[S]['input'] }[K];

export type WorkerReply =
  /** OpenCV.js is compiled; jobs may come. */
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: unknown; readonly heapBytes: number }
  /** `unusable`: this instance of OpenCV.js cannot be trusted any more (out of memory, aborted). */
  | { readonly type: 'error'; readonly error: AppErrorData; readonly unusable: boolean };
