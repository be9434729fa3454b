import type { FaultKind } from '../../embedded/faults/mix.ts';

/** A seed that failed, with the story of what it found. `npm run sim -- --seed <seed> --days <days>` replays it. */
export interface Regression {
  readonly seed: number;
  readonly days: number;
  /** Faults that came later and find something that is not this story and not mended yet. @default none */
  readonly without?: readonly FaultKind[];
  readonly story: string;
}

/** What was mended: these must stay quiet. */
export const REGRESSIONS: readonly Regression[] = [
  {
    seed: 20,
    days: 4,
    without: ['bit-rot', 'clock-drift'],
    story:
      'a copy failed half-way under throttling before its shard was written, and its discard, which read manifests only, left its items in the recovery vault for ever',
  },
  {
    seed: 28,
    days: 4,
    story:
      'the answer to a deletion of a snapshot was lost, and the second attempt took the status "deleting" for a failure of the whole expiry run',
  },
];

/** What is still to be mended: each of these fails today. */
export const OPEN: readonly Regression[] = [
  {
    seed: 40,
    days: 4,
    story:
      'copies to the recovery region failed, and points went into the bin that the floor of that region needed: the primary decides by its own points only, and a copy that failed is not tried again by itself',
  },
  {
    seed: 14,
    days: 4,
    story:
      'a snapshot that hung while it was created was marked as abandoned, and nothing ever looked for it again',
  },
];
