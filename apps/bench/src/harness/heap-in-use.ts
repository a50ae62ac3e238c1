import { collectGarbage } from './collect-garbage.js';

/** Bytes in use on the heap and in typed arrays, after everything unused was collected. */
export function heapInUse(): number {
  for (let i = 0; i < 4; i++) collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
