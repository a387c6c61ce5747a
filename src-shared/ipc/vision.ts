/** Requests to the vision process. */
import type { Box } from '../geometry/box';
import type { RleSegmentation } from '../document/types';
import type { ImageSource, PixelRange } from '../images/source';
import type { MeasureObject, MeasurementRow } from '../measure/types';
import type {
  ColourGroup,
  ElbowCurve,
  Histogram,
  MethodParams,
  MethodRequest,
  Stage,
  SuperpixelMap,
  VisionSession,
  WirePath,
} from '../methods/requests';
import type { ProposalResult } from '../document/proposalResult';
import type { Call } from './call';

/**
 * The tools of the window on one open image: its pixels are decoded once, so that each request costs its own work only. A
 * session holds no gesture: every request says everything (all strokes, say), so undoing one is asking without it. Results
 * of earlier requests speed up later ones and never change a `final` one. Cancel what is superseded: what has not started
 * is dropped, what runs long is killed, and the session survives both.
 */
export type SessionRequests = {
  /**
   * Runs a method; `provenance.params` reproduces it on the command line (`box` beside the method's own parameters). `joined`:
   * what a final run finds as one mask, score 1.
   */
  'vision.run': Call<MethodRequest & { session: number; stage: Stage; joined?: boolean }, ProposalResult>;
  /** Of each mask the IoU with what most of them agree on; masks of one size. */
  'vision.agreement': Call<
    {
      session: number;
      masks: readonly RleSegmentation[];
      /** A name a mask: masks of one family have one vote together; absent: each has its own. */
      families?: readonly string[];
    },
    readonly number[]
  >;
  /** For the threshold panel. */
  'vision.histogram': Call<{ session: number; box?: Box; within?: RleSegmentation }, Histogram>;
  /** `params` are those of kmeans; its k is not looked at. */
  'vision.elbow': Call<{ session: number; params: MethodParams; box?: Box; within?: RleSegmentation }, ElbowCurve>;
  /** The groups themselves, before `clusters` picks some and they fall into parts: what a click in the image chooses from. */
  'vision.clusters': Call<
    { session: number; params: MethodParams; box?: Box; within?: RleSegmentation; stage: Stage },
    { groups: readonly ColourGroup[]; notes: readonly string[] }
  >;
  /**
   * The live wire between two places (image pixels). What is computed around `from` is kept: ask once with `to` = `from` when
   * a seed is set, and each move of the cursor costs the length of its path.
   */
  'vision.wire': Call<
    { session: number; from: readonly [number, number]; to: readonly [number, number]; params: MethodParams },
    WirePath
  >;
  /** The cells to click or brush, at full resolution; `params` are those of superpixels. */
  'vision.superpixels': Call<
    { session: number; params: MethodParams; box?: Box; within?: RleSegmentation },
    SuperpixelMap
  >;
  'vision.closeSession': Call<{ session: number }, null>;
};

/** The vision process: decoding and the classical methods. */
export type VisionRequests = SessionRequests & {
  'vision.propose': Call<MethodRequest & { source: ImageSource }, ProposalResult>;
  /** Reads the image and keeps its pixels (those least recently used are given up and read again when needed). */
  'vision.openSession': Call<{ source: ImageSource }, VisionSession>;
  /**
   * Measures the objects of one image; `image` names it in the rows, one an object, in their order. Without a source, or
   * where the image cannot be read, only geometry is measured. `size` is `[height, width]`; null: the image's own.
   */
  'vision.measure': Call<
    {
      image: string;
      source: ImageSource | null;
      size: readonly [height: number, width: number] | null;
      objects: readonly MeasureObject[];
    },
    /** `problems`: a sentence for each thing that could not be measured. */
    { rows: readonly MeasurementRow[]; problems: readonly string[] }
  >;
  /** RGBA, row-major, 8 bits. */
  'vision.decode': Call<{ source: ImageSource }, { width: number; height: number; rgba: Uint8Array }>;
  /** A JPEG no larger than `side` on its longer side. */
  'vision.thumbnail': Call<{ source: ImageSource; side: number }, { jpeg: Uint8Array }>;
  /**
   * The whole image in a form the window can show (PNG), for formats it cannot read itself. `window`: the values of a
   * picture of more than 8 bits that become black and white (16-bit scale); an 8-bit one is shown as it is.
   */
  'vision.toPng': Call<{ source: ImageSource; window?: readonly [low: number, high: number] }, { png: Uint8Array }>;
  'vision.range': Call<{ source: ImageSource }, PixelRange>;
};
