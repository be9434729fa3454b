const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;

/**
 * Bytes that a region reads in a day. Reckoned with 80 MB a second, which is a guess at what a function gets from S3:
 * hashing alone does 340 MiB a second on one processor. A TB then takes 3.5 hours: 0.30 USD for Lambda (1.77 GB at
 * 0.0000133 USD a GB-second) and 0.05 USD for GETs (0.0004 USD a thousand, 8 MiB each). 256 GiB are 9 cents a day, and
 * go round a vault of 8 TB in a month; a larger vault takes longer, and each run says how far it came.
 */
export const BYTES_PER_DAY = 256 * GIB;

/** Bytes of one GET: large enough that requests are a seventh of the price. */
export const PIECE_BYTES = 8 * MIB;

/** A request costs what reading so many bytes costs, however little it asks for: 0.0004 USD a thousand. */
export const BYTES_PER_REQUEST = MIB;

/** Of a day's budget at most this share belongs to manifests, so that with a great many of them items have their turn. */
export const MANIFESTS_SHARE = 0.5;

/** What one lap reads: at 80 MB a second some 4 minutes, and within the 15 that a function has at a quarter of that speed. */
export const BYTES_PER_LAP = 16 * GIB;

export const costOf = (bytes: number): number => Math.max(BYTES_PER_REQUEST, bytes);

/** What is left to read. */
export class Budget {
  #left: number;
  #spent = 0;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get left(): number {
    return Math.max(0, this.#left);
  }

  get spent(): number {
    return this.#spent;
  }

  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  charge(bytes: number): void {
    this.#left -= costOf(bytes);
    this.#spent += costOf(bytes);
  }
}
