import { CacheError } from '@cachefb/core';
import { storageError } from '../storage-error.js';

/** What a `CacheError` is made of: between threads errors lose their class and code. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly cause: unknown;
}

/** Makes an error ready for the way; what is no `CacheError` becomes one that names the folder. */
export function carry(folder: string, error: unknown): CarriedError {
  const { code, message, cause } = storageError(folder, error);
  return { code, message, cause };
}

/** The error that was carried. */
export function arrived({ code, message, cause }: CarriedError): CacheError {
  return new CacheError(code, message, { cause });
}
