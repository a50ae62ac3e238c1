/** Something promised, and what was measured of it. */
export interface Checked {
  readonly promise: string;
  readonly measured: number;
  /** What it may be at most. */
  readonly most: number;
  readonly unit: string;
}

/** A row that says whether a promise was held. */
export function verdict({ promise, measured, most, unit }: Checked): string[] {
  const held = measured <= most ? 'held' : 'missed';
  return [promise, `${measured.toFixed(2)} ${unit}`, `${most} ${unit}`, held];
}
