/** CVAT for video 1.1: one XML file of tracks, each object followed over the frames. */
import type { DatasetFormat } from '../format';
import { isCvatVideo } from '../cvat/format';
import { readCvatVideo } from './read';

export const cvatVideoFormat: DatasetFormat = {
  id: 'cvat-video',
  title: 'CVAT for video 1.1',
  about: 'One XML file of tracks: each frame becomes an image, and objects keep the number of their track.',
  extensions: ['xml'],
  target: 'folder',
  options: [],
  losses: [],
  async recognise(source) {
    const [file] = await trackFiles(source);
    return file === undefined ? null : `${file} has CVAT tracks`;
  },
  async read(source, sink) {
    const [file = 'annotations.xml'] = source.entry === null ? await trackFiles(source) : [source.entry];
    await readCvatVideo(source, file, sink);
  },
};

async function trackFiles(source: Parameters<DatasetFormat['recognise']>[0]): Promise<string[]> {
  const names = source.entry === null ? (await source.names()).filter((name) => /\.xml$/i.test(name)) : [source.entry];
  for (const name of names.slice(0, 20)) if (isCvatVideo(await source.head(name))) return [name];
  return [];
}
