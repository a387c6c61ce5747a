/** What proposals are asked of: a model, a method, boxes that become masks, or a search for the like. */
import type { Box } from '../geometry/box';
import type { ClassicalMethod, MethodParams } from '../methods/requests';
import type { ObjectLikeness } from '../models/types';
import type { ResultWish } from './modelRun';

/** How the window asks for proposals on a registered image; the main process finds the pixels. */
export type ProposeWith =
  | ({
      readonly kind: 'model';
      readonly model: string;
      readonly score?: number;
      /** Look at the image in pieces of `side` pixels that share `overlap`. */
      readonly tiles?: { readonly side: number; readonly overlap: number };
      /** What becomes of a map of classes; absent: as the model has it. */
      readonly split?: 'classes' | 'components';
    } & ResultWish)
  | {
      readonly kind: 'method';
      readonly method: ClassicalMethod;
      readonly params: MethodParams;
      readonly box?: Box;
      readonly categoryName: string;
    }
  | {
      /** A mask for each box of the image that has none. */
      readonly kind: 'boxes';
      readonly model: string;
      /** The boxes get them at once, in one step, when all images are through; else they wait as proposals. */
      readonly replace: boolean;
      /** In all images, when it was started. */
      readonly boxes: number;
      /** The masks' rims are brought to the edges of the image. */
      readonly rim?: boolean;
    }
  | {
      /** Objects like the described ones. */
      readonly kind: 'similar';
      readonly model: string;
      readonly likeness: Omit<ObjectLikeness, 'direction'> & { readonly direction: readonly number[] };
      readonly categoryName: string;
    };
