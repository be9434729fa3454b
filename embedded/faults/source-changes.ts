import { Buffer } from 'node:buffer';
import { hours } from '../../core/time/instant.ts';
import type { FilesApplication } from '../applications/files.ts';
import { parseCopySource } from '../s3/api-copy.ts';
import type { Attempt } from '../sdk/transport.ts';
import { told } from './around-calls.ts';
import type { Draws } from './draws.ts';

/** Calls that look at a source object, or take it. A listing looks at all of them. */
const LOOKING = new Set(['HeadObject', 'ListObjectVersions', 'CopyObject', 'UploadPartCopy']);
const OVERWRITTEN = 0.7;
/**
 * A listing that finds two changes in one second looks again, and would be struck again: without a bound, a wild fault
 * breeds tens of thousands of versions (seed 10065), and a run of days takes as many minutes.
 */
const CHANGES_AN_HOUR = 60;

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
  readonly #changed = { hour: 0, times: 0 };

  constructor(draws: Draws, applications: readonly FilesApplication[]) {
    this.#draws = draws;
    this.#applications = applications;
  }

  around(attempt: Attempt, when: 'before' | 'after'): void {
    if (attempt.service !== 's3' || !LOOKING.has(attempt.operation)) return;
    const touched = this.#touched(attempt);
    if (!touched || this.#tired(attempt.call.now) || !this.#draws.strikes('source-changes-under-copy'))
      return;
    this.#changed.times++;
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

  #tired(now: number): boolean {
    const hour = Math.floor(now / hours(1));
    if (hour !== this.#changed.hour) Object.assign(this.#changed, { hour, times: 0 });
    return this.#changed.times >= CHANGES_AN_HOUR;
  }

  #touched({ input }: Attempt): Touched | undefined {
    const { Bucket, Key, CopySource } = input as {
      readonly Bucket?: string;
      readonly Key?: string;
      readonly CopySource?: string;
    };
    const from = CopySource === undefined ? { bucket: Bucket ?? '', key: Key } : parseCopySource(CopySource);
    for (const application of this.#applications) {
      if (application.bucket !== from.bucket || application.idle()) continue;
      if (from.key === undefined) return { application, key: undefined };
      const key = application.ownKey(from.key);
      if (key !== undefined) return { application, key };
    }
    return undefined;
  }
}
