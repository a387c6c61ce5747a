/** Compares an image file with what a dataset says of its size: which way up it is meant, and whether it can be shown. */
import { describeFault, type ImageFault, type SizeGiver } from '@shared/images/fault';
import type { ImageSource } from '@shared/images/source';
import type { ProbedImage } from './probe';

/** What the dataset says, or the file itself said when it was annotated; null where nothing is said. */
export interface StatedSize {
  readonly width: number | null;
  readonly height: number | null;
  readonly by?: SizeGiver;
}

export interface ImageCheck {
  readonly width: number;
  readonly height: number;
  readonly orientation: ImageSource['orientation'];
  readonly problem: ImageFault | null;
  /** Something the user should know, though the image can be shown. */
  readonly warning: string | null;
}

/** The frame in which the dataset's coordinates are meant: the upright one unless only the stored one has its size. */
export function compareWithFile(stated: StatedSize, file: ProbedImage): ImageCheck {
  const { width = null, height = null, by } = stated;
  if (width === null || height === null || (width === file.width && height === file.height)) {
    return { width: file.width, height: file.height, orientation: 'exif', problem: null, warning: null };
  }
  if (width === file.storedWidth && height === file.storedHeight) {
    const warning = `${file.fileName} is annotated as it lies in the file (${width} x ${height}), not upright: it is shown that way`;
    return { width, height, orientation: 'stored', problem: null, warning };
  }
  const problem = {
    code: 'size',
    file: [file.width, file.height],
    stated: [width, height],
    ...(by && { by }),
  } as const;
  const warning = `${file.fileName} ${describeFault(problem)}`;
  return { width, height, orientation: 'exif', problem, warning };
}
