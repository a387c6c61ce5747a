/** What a file is that turned out not to be the model it should be, by its first bytes. */
import { openPlain } from './openPlain';

/** Where the bytes are (as Latin-1 text), and what such a file is. */
const kinds: readonly (readonly [at: number, bytes: string, kind: string])[] = [
  [0, 'version https://git-lfs', 'a Git LFS pointer, the weights themselves were not fetched'],
  [0, 'PK', 'a ZIP archive (perhaps a PyTorch file)'],
  [0, '\x89PNG', 'a picture'],
  [0, '\xff\xd8\xff', 'a picture'],
  [0, '\x89HDF', 'an HDF5 file (perhaps of Keras)'],
  [0, 'GGUF', 'a GGUF file'],
  [4, 'TFL3', 'a TensorFlow Lite model'],
  // After the length of the header its JSON begins.
  [8, '{"', 'a safetensors file: weights without their network'],
];

/** What the file is, as the end of a sentence; null where that cannot be told. Throws what the file system does. */
export async function describeContent(path: string): Promise<string | null> {
  const handle = await openPlain(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    if (bytesRead === 0) return 'it is empty';
    const head = buffer.toString('latin1', 0, bytesRead);
    const known = kinds.find(([at, bytes]) => head.startsWith(bytes, at));
    if (known) return `it is ${known[2]}`;
    if (/^\s*<(!doctype|html)/i.test(head)) return 'it is a web page, as a server sends instead of a file';
    return /^[\t\n\r\x20-\x7e]*$/.test(head) ? 'it is text' : null;
  } finally {
    await handle.close();
  }
}
