// Taken out once: where some class extends String, V8 looks the methods of strings up anew at every call.
const { charCodeAt } = String.prototype;

/** Differs from process to process, so that nobody can choose keys that collide. */
const SEED = (Math.random() * 2 ** 32) | 0;

/** A 32-bit hash of the length of a key and of its last `looks` characters. */
export function hashKey(key: string, looks: number): number {
  const { length } = key;
  let hash = SEED ^ length;
  for (let i = length > looks ? length - looks : 0; i < length; i++) {
    hash = Math.imul(hash ^ charCodeAt.call(key, i), 0x01000193);
  }
  return hash;
}
