import type { Band, Mode } from '../../../src/web/protocol.js';

/** A stretch of time in which the same one answers. */
export interface Segment {
  readonly mode: Mode;
  readonly from: number;
  readonly to: number;
}

/** The stretches of a window of time. The first band of all reaches back no further than its beginning. */
export function segmentsOf(bands: readonly Band[], from: number, to: number): Segment[] {
  const segments: Segment[] = [];
  for (const [index, band] of bands.entries()) {
    const start = Math.max(from, band.from);
    const end = Math.min(to, bands[index + 1]?.from ?? to);
    if (end > start) segments.push({ mode: band.mode, from: start, to: end });
  }
  return segments;
}
