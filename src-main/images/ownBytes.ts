/** Bytes that can leave the process. */

/**
 * The buffer's bytes on memory of their own kind: sharp's WebAssembly build hands out views of its shared memory, which
 * cannot be posted to another process (it takes Electron's main process down). Copies those, and only those.
 */
export function ownBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer: memory, byteOffset, byteLength } = buffer;
  if (memory instanceof ArrayBuffer) return new Uint8Array(memory, byteOffset, byteLength);
  return new Uint8Array(buffer);
}
