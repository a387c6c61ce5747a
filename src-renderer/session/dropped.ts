/** What a file or folder dropped on the window is to be opened as. */
import type { OpenTarget } from '@shared/project/types';
import { fileNameOf } from './wording';

export interface DroppedItem {
  /** Absolute path; empty for what has none, e.g. a picture dragged out of a web page. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Files that are to become a model. */
interface ModelDrop {
  readonly kind: 'model';
  readonly paths: readonly string[];
}

/** The target, or the sentence that says why there is none. `asModel`: a model is asked for, whatever comes. */
export function targetOfDrop(
  items: readonly DroppedItem[],
  asModel = false,
): OpenTarget | ModelDrop | { readonly fault: string } {
  if (items.length === 0) return { fault: 'Nothing that lies on this computer was dropped: drop a folder or a file' };
  const paths = items.flatMap(({ path }) => (path === '' ? [] : [path]));
  if (paths.length > 0 && (asModel || paths.some((path) => /\.onnx$/i.test(path)))) return { kind: 'model', paths };
  if (items.length > 1) {
    return { fault: `${items.length} things were dropped: drop one folder, dataset or project at a time` };
  }
  const [{ path, isFolder }] = items;
  if (path === '') return { fault: 'What was dropped is no file of this computer: save it in a folder first' };
  if (isFolder) return { kind: 'folder', path };
  if (/\.(json|geojson|ya?ml|xml|zip)$/i.test(path)) return { kind: 'dataset', path };
  if (/\.maskwright$/i.test(path)) return { kind: 'project', path };
  return {
    fault: `${fileNameOf(path)} cannot be opened: drop a folder of images, a dataset (.json, .yaml, .xml, .zip), a project (.maskwright) or a model (.onnx)`,
  };
}
