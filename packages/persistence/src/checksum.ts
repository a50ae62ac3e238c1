import * as zlib from 'node:zlib';

/** Node has it from 20.15 and 22.2 on. */
const native = (zlib as { crc32?: (data: Uint8Array, start?: number) => number }).crc32;

/** CRC-32, as in gzip, by which damage on the disk is recognised. */
export const checksum: (bytes: Uint8Array) => number = native ?? tableChecksum;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The same, for versions of Node that do not have it. */
export function tableChecksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 0xff]! ^ (rest >>> 8);
  return ~rest >>> 0;
}
