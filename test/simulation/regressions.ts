import type { FaultKind } from '../../embedded/faults/mix.ts';
import type { SceneryName } from './sim/sceneries.ts';

/** A seed that failed, with the story of what it found. `npm run sim -- --seed <seed> --days <days>` replays it. */
export interface Regression {
  readonly seed: number;
  readonly days: number;
  /** @default small */
  readonly installation?: SceneryName;
  /** The faults of the story, where no others are wanted. @default whatever the seed draws */
  readonly only?: readonly FaultKind[];
  /** `npm test` lives through it; through the others does `npm run sim:regressions`. @default false */
  readonly inEveryTest?: boolean;
  readonly story: string;
}

/** What was mended: these must stay quiet. */
export const REGRESSIONS: readonly Regression[] = [
  {
    seed: 1,
    days: 3,
    only: ['operator-redeploys'],
    story:
      'CloudFormation gives a role its new policy before its function gets the new configuration, and the functions of the old version could not read theirs any more',
  },
  {
    seed: 10,
    days: 4,
    inEveryTest: true,
    only: ['operator-two-restores'],
    story:
      'two restores that were asked at once into one named place both found it empty, and wrote into each other',
  },
  {
    seed: 14,
    days: 4,
    story:
      'a snapshot that hung while it was created was marked as abandoned, and nothing ever looked for it again',
  },
  {
    seed: 20,
    days: 4,
    story:
      'a copy failed half-way under throttling before its shard was written, and its discard, which read manifests only, left its items in the recovery vault for ever',
  },
  {
    seed: 28,
    days: 4,
    story:
      'the answer to a deletion of a snapshot was lost, and the second attempt took the status "deleting" for a failure of the whole expiry run',
  },
  {
    seed: 40,
    days: 4,
    story:
      'copies to the recovery region failed, and points went into the bin that the floor of that region needed: the primary decided by its own points only, and a copy that failed was not tried again by itself',
  },
  {
    seed: 101,
    days: 3,
    installation: 'selfrun',
    story:
      'a truncation was killed after it had written down how far it would go, and its tool took the same order for done from then on: the files before it stayed for ever',
  },
  {
    seed: 216,
    days: 4,
    story:
      'a function whose clock ran 21 s ahead told the instant of a point of objects, and the point lacked the writes of those seconds',
  },
  {
    seed: 10071,
    days: 5,
    story:
      'a newer point left the bin before an older one, which was then compared with what had been read for the newer: an item that a held point still names was removed',
  },
  {
    seed: 40002,
    days: 1,
    installation: 'warehouse',
    only: ['operator-two-restores', 'doris-transfer-stuck', 'region-dark', 'clock-drift'],
    story:
      'two restores of Doris into one cluster elsewhere both found it empty, took turns in each database, and the second wrote over the first',
  },
  {
    seed: 20024,
    days: 1,
    only: ['region-dark', 'operator-edits-plan'],
    story:
      'a run that a dark region had held up came after the next one and held the newer data; the floor counted by the time that runs were due, and let it go',
  },
  {
    seed: 70004,
    days: 4,
    installation: 'warehouse',
    story:
      'a restore was recorded as failed, its receipt and the word of it were held up, and by then Doris was busy with another restore of the same point: it was never told',
  },
  {
    seed: 70008,
    days: 5,
    installation: 'sided',
    story:
      'a restore of a failover took its time, a backup of that side was due meanwhile, and what lay there half brought was sealed as the latest state; a failover that was stopped was told by nobody, as the one event of it was refused',
  },
  {
    seed: 80016,
    days: 6,
    installation: 'sided',
    story:
      'the last point of a side that was lost was compared with the same one as the first of the other side, and the vault of home took one of them for a capture that was never sealed',
  },
];
