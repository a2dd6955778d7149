import { createHash } from 'node:crypto';
import { InputError } from './errors.ts';
import { invariant } from './invariant.ts';

/** What tells a kind of file of ours from others. */
export interface HeaderForm {
  /** The first eight bytes. */
  readonly magic: string;
  readonly version: number;
  /** Room for the header's JSON. Fixed, since it is written when all that follows is known. */
  readonly bytes: number;
  /** What such a file is called, to complete "is not a ...". */
  readonly noun: string;
}

const CHECKSUM_BYTES = 32;

/**
 * The beginning of a file of ours, all numbers little-endian: magic, format version, bytes of the JSON
 * (4 bytes each), SHA-256 of the JSON, and the JSON in UTF-8, padded with spaces.
 */
export class SealedHeader {
  /** Where it ends, and what it is the header of begins. */
  readonly end: number;
  readonly #form: HeaderForm;
  readonly #versionAt: number;
  readonly #sizeAt: number;
  readonly #checksumAt: number;
  readonly #jsonAt: number;

  constructor(form: HeaderForm) {
    this.#form = form;
    this.#versionAt = form.magic.length;
    this.#sizeAt = this.#versionAt + 4;
    this.#checksumAt = this.#sizeAt + 4;
    this.#jsonAt = this.#checksumAt + CHECKSUM_BYTES;
    this.end = this.#jsonAt + form.bytes;
  }

  /** Whether a file that begins with these bytes is of this kind. */
  begins(bytes: Buffer): boolean {
    return bytes.toString('latin1', 0, this.#versionAt) === this.#form.magic;
  }

  encode(header: object): Buffer {
    const { magic, version, bytes: size, noun } = this.#form;
    const json = Buffer.from(JSON.stringify(header));
    invariant(json.length <= size, `a ${noun} header of ${json.length} bytes`);
    const bytes = Buffer.alloc(this.end, ' ');
    bytes.write(magic, 'latin1');
    bytes.writeUInt32LE(version, this.#versionAt);
    bytes.writeUInt32LE(size, this.#sizeAt);
    json.copy(bytes, this.#jsonAt);
    this.#checksumOf(bytes).copy(bytes, this.#checksumAt);
    return bytes;
  }

  /**
   * The value that the header of a file holds; undefined if that is no JSON.
   * @param bytes the first of the file, up to {@link end} or as many as it has
   * @throws InputError naming `path` when they are not the beginning of such a file, or damaged
   */
  decode(bytes: Buffer, path: string): unknown {
    const { magic, version, bytes: size, noun } = this.#form;
    if (!this.begins(bytes)) {
      throw new InputError(`${path} is not a ${noun}: it does not begin with ${magic}`);
    }
    if (bytes.length < this.#checksumAt) {
      throw new InputError(`${path} is cut short: it has no header`);
    }
    const given = bytes.readUInt32LE(this.#versionAt);
    if (given !== version) {
      throw new InputError(
        `${path} is a ${noun} of format ${given}; this version reads ${version}`,
      );
    }
    const length = bytes.readUInt32LE(this.#sizeAt);
    if (length !== size) {
      throw new InputError(`${path} is damaged: its header has ${size} bytes, not ${length}`);
    }
    if (bytes.length < this.end) {
      throw new InputError(`${path} is cut short: its header is incomplete`);
    }
    if (!this.#checksumOf(bytes).equals(bytes.subarray(this.#checksumAt, this.#jsonAt))) {
      throw new InputError(`${path} is damaged: its header does not match its checksum`);
    }
    return parsed(bytes.toString('utf8', this.#jsonAt, this.end));
  }

  #checksumOf(bytes: Buffer): Buffer {
    return createHash('sha256').update(bytes.subarray(this.#jsonAt, this.end)).digest();
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
