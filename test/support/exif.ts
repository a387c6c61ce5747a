/** Gives image files an EXIF orientation, in each of the ways in which writers store it. */

/** An EXIF block that holds nothing but an orientation, as SHORT (3) or LONG (4). */
export function exifBlock(orientation: number, type: 3 | 4 = 3, order: 'II' | 'MM' = 'II'): Buffer {
  const block = Buffer.alloc(26);
  const little = order === 'II';
  const short = (value: number, at: number) =>
    little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const long = (value: number, at: number) =>
    little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  block.write(order, 0, 'latin1');
  short(42, 2);
  long(8, 4);
  short(1, 8);
  short(0x0112, 10);
  short(type, 12);
  long(1, 14);
  if (type === 3) short(orientation, 18);
  else long(orientation, 18);
  return block;
}

/** The file with an EXIF block that it did not have; `behind`: after a PNG's pixels. */
export function withExif(format: 'jpeg' | 'png' | 'webp', file: Buffer, block: Buffer, place?: 'behind'): Buffer {
  if (format === 'jpeg') {
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from('Exif\0\0', 'latin1'), block]);
    segment.writeUInt16BE(segment.length - 2, 2);
    return Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
  }
  if (format === 'png') {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('eXIf', 'latin1'), block, Buffer.alloc(4)]);
    chunk.writeUInt32BE(block.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    const at = place === 'behind' ? file.length - 12 : 33;
    return Buffer.concat([file.subarray(0, at), chunk, file.subarray(at)]);
  }
  // The simple form, wrapped into the extended one.
  const width = (file.readUInt32LE(21) & 0x3fff) + 1;
  const height = ((file.readUInt32LE(21) >>> 14) & 0x3fff) + 1;
  const head = Buffer.alloc(30);
  head.write('RIFF\0\0\0\0WEBPVP8X', 0, 'latin1');
  head.writeUInt32LE(10, 16);
  head[20] = 0x08;
  head.writeUIntLE(width - 1, 24, 3);
  head.writeUIntLE(height - 1, 27, 3);
  const tail = Buffer.concat([Buffer.from('EXIF\0\0\0\0', 'latin1'), block, Buffer.alloc(block.length & 1)]);
  tail.writeUInt32LE(block.length, 4);
  const whole = Buffer.concat([head, file.subarray(12), tail]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
