import type { DeadlineChange, Integer } from '@cachefb/core';

/** What an outage did to a field of a hash. */
export type FieldWritten =
  | { readonly kind: 'put'; readonly value: string }
  | { readonly kind: 'increment'; readonly by: Integer; readonly full: Integer | undefined }
  | { readonly kind: 'delete' };

/**
 * What an outage did to a key, all its commands merged into one.
 *
 * `nothing` is left by an increment of unknown fate: it may count or not, so it is not repeated, but the key stays with
 * the memory that answered it until the way back reaches it.
 */
export type Written =
  | { readonly kind: 'put'; readonly value: string; readonly deadline: DeadlineChange }
  | {
      readonly kind: 'put-hash';
      readonly fields: Map<string, string>;
      readonly deadline: DeadlineChange;
    }
  | {
      readonly kind: 'increment';
      readonly by: Integer;
      readonly full: Integer | undefined;
      readonly deadline: DeadlineChange;
    }
  | {
      readonly kind: 'fields';
      readonly fields: Map<string, FieldWritten>;
      readonly deadline: DeadlineChange;
    }
  | { readonly kind: 'deadline'; readonly deadline: number | null }
  | { readonly kind: 'delete' }
  | { readonly kind: 'nothing' };

/** When what was written ends by itself, or `undefined`. */
export function endOf(written: Written): number | undefined {
  return 'deadline' in written && typeof written.deadline === 'number'
    ? written.deadline
    : undefined;
}

/** Whether what was written leaves the key its deadline. */
export function keepsDeadline(written: Written): boolean {
  return written.kind === 'nothing' || ('deadline' in written && written.deadline === 'keep');
}
