import { Buffer } from 'node:buffer';
import type { FilesApplication } from '../applications/files.ts';
import { parseCopySource } from '../s3/api-copy.ts';
import type { Attempt } from '../sdk/transport.ts';
import { told } from './around-calls.ts';
import type { Draws } from './draws.ts';

/** Calls that look at a source object, or take it. A listing looks at all of them. */
const LOOKING = new Set(['HeadObject', 'ListObjectVersions', 'CopyObject', 'UploadPartCopy']);
const OVERWRITTEN = 0.7;

interface Touched {
  readonly application: FilesApplication;
  /** As the application names it; undefined for a listing. */
  readonly key: string | undefined;
}

/**
 * An application that writes to or deletes an object at the very moment when Holdfast looks at it or copies it. It is
 * the application itself that does so, so the truth knows of it.
 */
export class SourceChanges {
  readonly #draws: Draws;
  readonly #applications: readonly FilesApplication[];

  constructor(draws: Draws, applications: readonly FilesApplication[]) {
    this.#draws = draws;
    this.#applications = applications;
  }

  around(attempt: Attempt, when: 'before' | 'after'): void {
    if (attempt.service !== 's3' || !LOOKING.has(attempt.operation)) return;
    const touched = this.#touched(attempt);
    if (!touched || !this.#draws.strikes('source-changes-under-copy')) return;
    const { application } = touched;
    const chance = this.#draws.stream('source-changes-under-copy');
    const { living } = application.history;
    const key = touched.key ?? (living.length > 0 ? chance.pick(living) : 'the first file');
    const before = application.history.current(key);
    if (before === undefined || chance.chance(OVERWRITTEN)) {
      const added = Buffer.from(`${when} ${attempt.operation} at ${attempt.call.now}\n`);
      application.write(key, Buffer.concat([before ?? Buffer.alloc(0), added]));
    } else application.remove(key);
    const what = application.history.current(key) === undefined ? 'deleted' : 'written';
    this.#draws.record('source-changes-under-copy', `${key} is ${what} ${when} ${told(attempt)}`);
  }

  #touched({ input }: Attempt): Touched | undefined {
    const { Bucket, Key, CopySource } = input as {
      readonly Bucket?: string;
      readonly Key?: string;
      readonly CopySource?: string;
    };
    const from = CopySource === undefined ? { bucket: Bucket ?? '', key: Key } : parseCopySource(CopySource);
    for (const application of this.#applications) {
      if (application.bucket !== from.bucket) continue;
      if (from.key === undefined) return { application, key: undefined };
      const key = application.ownKey(from.key);
      if (key !== undefined) return { application, key };
    }
    return undefined;
  }
}
