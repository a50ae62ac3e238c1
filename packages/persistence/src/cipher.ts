import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;
const NONCES = 2 ** 32;

/**
 * AES-256-GCM over each entry, its key included, so that what is on disk can be neither read nor changed. Names are
 * HMACs of keys. Both secrets are derived from the user's and the store's salt (HKDF).
 *
 * LMDB's own encryption is not used: it takes only keys that are text, does not notice changes, and ends the process if
 * the key is wrong.
 *
 * @see {@link https://csrc.nist.gov/pubs/sp/800/38/d/final | NIST SP 800-38D}, section 8.2.1, on how nonces are made
 */
export class Cipher {
  /** Shows, kept beside the entries, whether a secret is the one they were written with. */
  readonly proof: Buffer;
  readonly #content: Buffer;
  readonly #names: Buffer;
  readonly #nonce = randomBytes(NONCE);
  #used = 0;

  constructor(secret: Uint8Array, salt: Uint8Array) {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32));
    this.#content = derive('cachefb content');
    this.#names = derive('cachefb names');
    this.proof = derive('cachefb proof');
  }

  /** What an entry is found by. */
  name(key: string): Buffer {
    return createHmac('sha256', this.#names).update(key).digest();
  }

  /** Whether a proof is that of the same secret and salt. */
  proves(proof: Uint8Array): boolean {
    return proof.length === this.proof.length && timingSafeEqual(this.proof, proof);
  }

  /** Encrypts the content of an entry; `name` is what it belongs to. */
  seal(content: Uint8Array, name: Uint8Array): Buffer {
    const nonce = this.#nextNonce();
    const cipher = createCipheriv(ALGORITHM, this.#content, nonce).setAAD(name);
    return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** What was sealed, `undefined` if anything of it or of the name was changed. */
  open(sealed: Uint8Array, name: Uint8Array): Buffer | undefined {
    if (sealed.length < NONCE + TAG) return undefined;
    const end = sealed.length - TAG;
    const decipher = createDecipheriv(ALGORITHM, this.#content, sealed.subarray(0, NONCE))
      .setAAD(name)
      .setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE, end)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** Eight random bytes for each opening of a store and each 2^32 entries, and a count behind them: none comes twice. */
  #nextNonce(): Buffer {
    if (this.#used === NONCES) {
      randomBytes(NONCE).copy(this.#nonce);
      this.#used = 0;
    }
    this.#nonce.writeUInt32BE(this.#used++, NONCE - 4);
    return Buffer.from(this.#nonce);
  }
}
