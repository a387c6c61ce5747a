/** Takes the orientation out of a JPEG's EXIF block, for images that are shown with their pixels as stored. */

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/**
 * Sets the EXIF orientation to 1 (upright) in place and returns the bytes. Chrome's createImageBitmap always turns an
 * image as its EXIF says, whatever `imageOrientation` asks for. Bytes that are no JPEG, or have no orientation, are left
 * as they are. Source: JPEG APP1 marker, Exif 2.3 section 4.5.4, TIFF 6.0 IFD layout.
 */
export function withoutOrientation(bytes: Uint8Array): Uint8Array {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tiff = findExif(data);
  if (tiff === null) return bytes;
  const little = data.getUint16(tiff) === 0x4949;
  const directory = tiff + data.getUint32(tiff + 4, little);
  if (directory + 2 > data.byteLength) return bytes;
  const entries = data.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > data.byteLength) break;
    if (data.getUint16(entry, little) === ORIENTATION_TAG && data.getUint16(entry + 2, little) === SHORT) {
      data.setUint16(entry + 8, 1, little);
    }
  }
  return bytes;
}

/** Offset of the TIFF header inside the first Exif APP1 segment, or null. */
function findExif(data: DataView): number | null {
  if (data.byteLength < 4 || data.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= data.byteLength && data.getUint8(at) === 0xff) {
    const marker = data.getUint8(at + 1);
    const length = data.getUint16(at + 2);
    // Start of scan: no metadata follows.
    if (marker === 0xda) return null;
    const isExif = marker === 0xe1 && at + 18 <= data.byteLength && data.getUint32(at + 4) === 0x45786966;
    if (isExif) return at + 10;
    at += 2 + length;
  }
  return null;
}
