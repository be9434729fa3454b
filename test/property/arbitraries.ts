import fc from 'fast-check';
import type { LegalHold, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import { compareKeys, type ManifestLine } from '../../core/manifest/line.ts';
import type { Retention } from '../../core/plan/installation.ts';
import { newestFirst } from '../../core/retention/order.ts';
import type { Keeping } from '../../core/retention/rules.ts';
import { days, hours, type Instant, instant } from '../../core/time/instant.ts';

export const NOW = instant(Date.UTC(2026, 10, 21, 12));
const START = Date.UTC(2024, 0, 1);

/** Past second, more often near to now, where the rules differ most. */
const second: fc.Arbitrary<Instant> = fc
  .oneof(
    fc.integer({ min: START / 1_000, max: NOW / 1_000 }),
    fc.integer({ min: NOW / 1_000 - 200_000, max: NOW / 1_000 }),
    fc.integer({ min: 0, max: 400 }).map((n) => NOW / 1_000 - n * 3_600),
  )
  .map((s) => instant(s * 1_000));

const state = fc.oneof(
  { weight: 8, arbitrary: fc.constant('sealed' as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('capturing', 'captured', 'verified', 'expiring', 'failed', 'quarantined'),
  },
) as fc.Arbitrary<RecoveryPoint['state']>;

const onePoint: fc.Arbitrary<RecoveryPoint> = fc
  .record({
    due: second,
    rule: fc.constantFrom('hourly', 'daily', 'manual'),
    state,
    readyAfter: fc.integer({ min: 0, max: 7_200 }),
    keepUntil: fc.option(second, { nil: undefined }),
  })
  .map(({ due, rule, state: at, readyAfter, keepUntil }) => ({
    id: recoveryPointId('orders', rule, due),
    cluster: 'orders',
    engine: 'objects',
    plan: 'gold',
    rule,
    region: 'eu-central-1',
    state: at,
    scheduledAt: due,
    openedAt: due,
    takenAt: instant(due + readyAfter * 1_000),
    sealedAt: instant(due + readyAfter * 1_000),
    execution: 'property',
    ...(rule === 'manual' && {
      manual: { note: 'asked for', ...(keepUntil !== undefined && { keepUntil }) },
    }),
  }));

/** A cluster's points. Those in flight are compared with a point before them, as captures are. */
export const history: fc.Arbitrary<RecoveryPoint[]> = fc
  .uniqueArray(onePoint, { maxLength: 40, selector: ({ id }) => id })
  .map((points) => {
    const oldestFirst = points.sort((a, b) => newestFirst(b, a));
    return oldestFirst.map((point, n) => {
      const base = oldestFirst.slice(0, n).findLast(({ state: s }) => s === 'sealed');
      return base ? { ...point, base: base.id } : point;
    });
  });

const count = fc.integer({ min: 0, max: 6 });
export const retention: fc.Arbitrary<Retention> = fc
  .record({
    keepLast: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    minimumKeep: count,
    within: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
  })
  .map(({ within, ...rest }) => (within === undefined ? rest : { ...rest, keepWithin: hours(within) }));

const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
);

export const holdsOn = (points: readonly RecoveryPoint[]): fc.Arbitrary<LegalHold[]> =>
  points.length === 0
    ? fc.constant([])
    : fc.array(
        fc.record({
          name: fc.constantFrom('audit', 'litigation-7'),
          cluster: fc.constant('orders'),
          recoveryPoint: fc.constantFrom(...points.map(({ id }) => id)),
          placedAt: fc.constant(NOW),
          why: fc.constant('court order'),
        }),
        { maxLength: 3 },
      );

/** A cluster with everything that decides about it. */
export const situation: fc.Arbitrary<{ points: RecoveryPoint[]; keeping: Keeping }> = fc
  .tuple(history, retention, zone, fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }))
  .chain(([points, rules, timeZone, locked]) =>
    holdsOn(points).map((holds) => ({
      points,
      keeping: {
        plan: { timeZone, retention: rules },
        holds,
        lockedFor: locked === undefined ? undefined : days(locked),
      },
    })),
  );

/** Keys that have broken backup tools: quotes, newlines, separators, code points beyond 16 bits, long ones, empty ones. */
export const hostileKey: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\n',
        '\r',
        '\\',
        '/',
        '..',
        ' ',
        '+',
        '%',
        '&',
        '=',
        '\u0000',
        '\u2028',
        '\ufffd',
        '\ue000',
        '😀',
        'é',
        'e\u0301',
        '[',
        ',',
        'a',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
);

const oneLine = (key: fc.Arbitrary<string>): fc.Arbitrary<ManifestLine> =>
  fc.record({
    key,
    version: fc.oneof(fc.constant('null'), fc.string({ maxLength: 6 })),
    bytes: fc.integer({ min: 0, max: 5 * 1_024 ** 4 }),
    checksum: fc.base64String({ minLength: 12, maxLength: 12 }).map((text) => `crc64nvme:${text}`),
    since: fc.constantFrom('p1', 'p2', 'p3'),
  });

/** Lines in the order of a manifest. */
export const manifest = (minLength = 0): fc.Arbitrary<ManifestLine[]> =>
  fc
    .uniqueArray(oneLine(hostileKey), { minLength, maxLength: 24, selector: ({ key }) => key })
    .map((lines) => lines.sort((a, b) => compareKeys(a.key, b.key)));
