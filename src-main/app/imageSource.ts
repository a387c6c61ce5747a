/** Where the pixels of the open project's images are, as the other processes are told. */
import type { ImageSource } from '@shared/images/source';
import type { Engine } from './engine';

/** The store tells more of an image, which is none of their business. */
export async function sourceOf({ store }: Pick<Engine, 'store'>, imageId: number): Promise<ImageSource> {
  const { path, orientation } = await store.client.call('image.source', { imageId });
  return { path, orientation };
}
