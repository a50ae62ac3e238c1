import { type Cell, type CellEvent, effectsOf } from './effect.js';
import type { HistoryRecord } from './record.js';

/** Everything that happened to a cell, in the order of the calls. */
export interface CellHistory {
  readonly cell: Cell;
  readonly events: readonly CellEvent[];
}

/** Takes a history apart by cells. */
export function cellsOf(history: readonly HistoryRecord[]): CellHistory[] {
  const cells = new Map<string, { cell: Cell; events: CellEvent[] }>();
  const effects = history.map((record) => ({ record, effects: effectsOf(record) }));
  for (const { effects: each } of effects) {
    for (const [cell] of each.cells) {
      const name = nameOf(cell);
      if (!cells.has(name)) cells.set(name, { cell, events: [] });
    }
  }
  const byKey = new Map<string, { cell: Cell; events: CellEvent[] }[]>();
  for (const entry of cells.values()) {
    const { key } = entry.cell;
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  for (const { record, effects: each } of effects) {
    const { process, start, end, outcome } = record;
    const at = { process, start, end, outcome, record };
    for (const [cell, effect] of each.cells)
      cells.get(nameOf(cell))?.events.push({ ...at, effect });
    const gone = { ...at, effect: { kind: 'write', value: null } } as const;
    if (each.flushed) for (const { events } of cells.values()) events.push(gone);
    for (const key of each.cleared) {
      for (const { cell, events } of byKey.get(key) ?? []) {
        if (cell.field !== undefined) events.push(gone);
      }
    }
  }
  return [...cells.values()];
}

function nameOf({ key, field }: Cell): string {
  return JSON.stringify([key, field ?? null]);
}
