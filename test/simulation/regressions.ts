/** Seeds that once failed, each with the story of what they found. `npm run sim -- --seed <seed> --days <days>` */
export interface Regression {
  readonly seed: number;
  readonly days: number;
  readonly story: string;
}

export const REGRESSIONS: readonly Regression[] = [
  {
    seed: 20,
    days: 4,
    story:
      'a copy failed half-way under throttling before its shard was written, and its discard, which reads manifests only, left its items in the recovery vault for ever',
  },
  {
    seed: 40,
    days: 4,
    story:
      'copies to the recovery region failed, and points went into the bin that the floor of that region needed: the primary decides by its own points only',
  },
  {
    seed: 14,
    days: 4,
    story:
      'a snapshot that hung while it was created was marked as abandoned, and nothing ever looked for it again',
  },
  {
    seed: 28,
    days: 4,
    story:
      'the answer to a deletion of a snapshot was lost, and the second attempt took the status "deleting" for a failure of the whole expiry run',
  },
];
