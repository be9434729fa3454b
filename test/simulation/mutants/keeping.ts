import type { Mutant } from './mutant.ts';

/** Faults in what is kept, what goes into the bin, and what goes with it. */
export const KEEPING: readonly Mutant[] = [
  {
    name: 'discarder-ignores-holds',
    story: 'a hold that was placed on a point in the bin does not keep it there',
    under: { days: 5, only: ['operator-holds'] },
    edits: [
      {
        file: 'lambdas/expire/discard-expired/obstacle.ts',
        find: 'const hold = holds.find(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === id);',
        replace: 'const hold = holds.find(() => false);',
      },
    ],
  },
  {
    name: 'holds-kept-nowhere',
    story: 'a hold is neither a reason to keep nor looked at again',
    under: { days: 5, only: ['operator-holds'] },
    edits: [
      {
        file: 'core/retention/rules.ts',
        find: 'hold.cluster === point.cluster && (hold.recoveryPoint === undefined',
        replace: 'hold.cluster === "" && (hold.recoveryPoint === undefined',
      },
      {
        file: 'lambdas/expire/request-expiry/request.ts',
        find: 'const hold = holds.find(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === point.id);',
        replace: 'const hold = holds.find(() => false);',
      },
      {
        file: 'lambdas/expire/discard-expired/obstacle.ts',
        find: 'const hold = holds.find(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === id);',
        replace: 'const hold = holds.find(() => false);',
      },
    ],
  },
  {
    name: 'floor-of-a-region-ignored',
    story: 'the floor counts what is sealed, wherever it lies, and the discarder does not count at all',
    under: { days: 5, only: ['snapshot-fails', 'key-disabled'] },
    edits: [
      {
        file: 'core/retention/rules.ts',
        find: 'for (const [region, proven] of keeping.proven ?? [])',
        replace: 'for (const [region, proven] of [] as [string, ReadonlySet<string>][])',
      },
      {
        file: 'lambdas/expire/discard-expired/obstacle.ts',
        find: 'if (provenNow(others) < floor)',
        replace: 'if (provenNow(others) < floor - 1_000)',
      },
    ],
  },
  {
    name: 'discard-robs-a-neighbour',
    story: 'a discard looks at the older neighbour only, and takes along what the newer one names',
    under: { days: 3, only: [] },
    edits: [
      {
        file: 'lambdas/expire/discard-expired/surroundings.ts',
        find: 'return nearestKin(kinOf(copy), [...there.values()].map(kinOf), forks).map((kin) => there.get(kin.id)!);',
        replace:
          'return nearestKin(kinOf(copy), [...there.values()].map(kinOf), forks).filter(({ at }) => at < stateOf(copy)).map((kin) => there.get(kin.id)!);',
      },
    ],
  },
  {
    name: 'expiry-reads-the-wrong-clock',
    story: 'what is due is asked for by a clock that is a day ahead, and the grace is not looked at again',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'lambdas/expire/discard-expired/discard.ts',
        find: "await ports.catalog.due('discard', ports.region, now, limit);",
        replace: "await ports.catalog.due('discard', ports.region, (now + 86_400_000) as Instant, limit);",
      },
      {
        file: 'lambdas/expire/discard-expired/discard.ts',
        find: "if (copy?.state !== 'expiring' || (copy.discardAfter ?? now) > now) return true;",
        replace: "if (copy?.state !== 'expiring') return true;",
      },
    ],
  },
  {
    name: 'no-grace',
    story: 'what goes into the bin leaves it with the next run',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'lambdas/expire/request-expiry/request.ts',
        find: 'begun ?? later(now, surroundings.plan?.grace ?? days(7));',
        replace: 'begun ?? now;',
      },
    ],
  },
  {
    name: 'snapshot-left-behind',
    story: 'a discard removes the manifest and forgets the snapshot',
    under: { days: 3, only: [] },
    edits: [
      {
        file: 'adapters/engines/rds/discard.ts',
        find: 'return { removedItems: (await removeSnapshot(ports, region, point)) ? 1 : 0 };',
        replace:
          'return { removedItems: region === "" && (await removeSnapshot(ports, region, point)) ? 1 : 0 };',
      },
    ],
  },
  {
    name: 'nothing-is-discarded',
    story: 'an expiry run puts points into the bin and passes over all that is due there',
    under: { days: 3, only: [] },
    edits: [
      {
        file: 'lambdas/expire/discard-expired/discard.ts',
        find: 'for (const entry of due.slice(before.refused)) {',
        replace: 'for (const entry of due.slice(limit)) {',
      },
    ],
  },
  {
    name: 'catalog-writes-without-condition',
    story: 'a record is opened and moved whatever stands there, so that a repeated step begins it anew',
    under: { days: 3, only: ['killed-before-call', 'killed-after-call', 'killed-in-run'] },
    edits: [
      {
        file: 'adapters/aws/dynamo-catalog-table.ts',
        find: '{ Put: { ...condition, Item: marshalled(item) } },',
        replace: '{ Put: { TableName: this.name, Item: marshalled(item) } },',
      },
      {
        file: 'adapters/aws/dynamo-catalog-life.ts',
        find: 'const answer = await this.#table.edit(key, { ...edit, set, remove }, this.before(to));',
        replace:
          'const answer = await this.#table.edit(key, { ...edit, set, remove }, Object.keys(this.#life) as State[]);',
      },
    ],
  },
  {
    name: 'every-region-decides',
    story: 'the recovery region decides about expiry as well, and writes records of the primary',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'lambdas/expire/decide-expiry/decide.ts',
        find: "if (ports.role !== 'primary' || lap > LAPS) return nothing;",
        replace: 'if (lap > LAPS) return nothing;',
      },
    ],
  },
];
