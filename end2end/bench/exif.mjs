// Metadata as a phone writes it, for photos that must lose it.

/** The words that stand in the metadata and must be nowhere in what is sent. */
export const TRACE = 'VENEER-TEST-CAMERA';

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

/** Puts an EXIF segment with camera, orientation and a place (GPS) into a JPEG. */
export function withExif(jpeg, { orientation = 1 } = {}) {
  const tiff = Buffer.alloc(256);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    if (type === SHORT) tiff.writeUInt16LE(value, at + 8);
    else if (typeof value === 'string') tiff.write(value, at + 8, 'latin1');
    else tiff.writeUInt32LE(value, at + 8);
  };
  tiff.writeUInt16LE(3, 8);
  entry(10, 0x010f, ASCII, TRACE.length + 1, 120);
  entry(22, 0x0112, SHORT, 1, orientation);
  entry(34, 0x8825, LONG, 1, 50);
  tiff.write(`${TRACE}\0`, 120, 'latin1');
  // 52° 31' 12" N
  tiff.writeUInt16LE(2, 50);
  entry(52, 1, ASCII, 2, 'N\0');
  entry(64, 2, RATIONAL, 3, 160);
  [52, 1, 31, 1, 12, 1].forEach((number, index) => tiff.writeUInt32LE(number, 160 + 4 * index));
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(2 + 6 + tiff.length, 2);
  head.write('Exif\0\0', 4, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), head, tiff, jpeg.subarray(2)]);
}
