import type { Database as Table } from 'lmdb';

interface Stats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  /** Of the whole file. */
  readonly lastPageNumber: number;
}

/** Pages for what LMDB keeps about itself: roots, tables, and a small list of free pages. */
const BASE = 64;
/** Bytes by which an entry takes more than its value: its name, a checksum, a header. */
const ENTRY_BYTES = 96;

/**
 * How large LMDB's file may be, in bytes, after a transaction, free pages not counted on. LMDB never changes a page
 * but writes a new one: a leaf for each entry at most, the branches above, pages for what is new (twice, because
 * pages that were split are half full), and the list of the pages that became free.
 */
export function fileSizeAfter(
  tables: readonly Table[],
  changes: ReadonlyMap<string, Uint8Array | null>,
): number {
  let bytes = 0;
  for (const [key, value] of changes) bytes += ENTRY_BYTES + 3 * key.length + (value?.length ?? 0);
  let pages = BASE;
  let file = 0;
  let pageSize = 0;
  for (const table of tables) {
    const stats = table.getStats() as Stats;
    pages += stats.treeBranchPageCount + Math.min(changes.size, stats.treeLeafPageCount);
    file = stats.lastPageNumber + 1;
    pageSize = stats.pageSize;
  }
  pages += 2 * Math.ceil(bytes / pageSize) + Math.ceil((16 * file) / pageSize);
  return (file + pages) * pageSize;
}
