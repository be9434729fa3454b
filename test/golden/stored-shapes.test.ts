import { describe, expect, it } from 'vitest';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import { type ManifestLine, printLine } from '../../core/manifest/line.ts';
import type { ExpirePlan } from '../../core/retention/plan-expiry.ts';
import type { PlanFile } from '../../lambdas/expire/plan-file.ts';
import { everyField } from './every-field.ts';
import { hashOf, shapeOf } from './shape-of.ts';

const id = 'orders-hourly-20261121t030000z';
const reason = { name: 'NoReasonToKeep', message: 'no rule keeps it' };

const withEpoch = { ...everyField, state: 'verified' as const };
const { epoch: _side, forkedFrom: _fork, ...withKind } = withEpoch;
/**
 * `epoch` and `forkedFrom` came to points with groups, and are theirs alone. `kind` came to points with the first engine that has incrementals. A release that does not know the field does not know
 * that engine either, and to every other point it says nothing new: so the index keeps its format.
 */
const { kind: _later, ...point } = withKind;

const index: Required<ManifestIndex> = {
  format: 2,
  recoveryPoint: point,
  root: 'ab12',
  items: 7,
  bytes: 4096,
  newItems: 1,
  newBytes: 10,
  shards: [{ shard: 0, items: 7, bytes: 4096, root: 'ab12', digest: 'cd34' }],
  statistics: { oneNumber: 1, oneText: 'text' },
  configuration: {},
};

const line: Required<ManifestLine> = {
  key: 'a.txt',
  version: '3HL4kqtJlcpXroDTDmJ',
  bytes: 10,
  checksum: 'crc64nvme:AAAAAAAAAAA=',
  since: id,
};

const plan: Required<ExpirePlan> = {
  cluster: 'orders',
  decidedAt: '2026-11-21T03:00:00Z',
  considered: 9,
  kept: 7,
  expire: [{ id, scheduledAt: '2026-11-21T03:00:00Z', reason }],
  refusals: [{ id, reason }],
  halted: reason,
};
const planFile: Required<PlanFile> = {
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-expire:1',
  lap: 1,
  writtenAt: '2026-11-21T03:00:00Z',
  plans: [plan],
};

const event: Required<HoldfastEvent> = {
  name: 'RecoveryPointSealed',
  cluster: 'orders',
  region: 'eu-west-1',
  sentence: 'it is sealed',
  recoveryPoint: id,
  reason,
  facts: { items: 7 },
};

/**
 * Stored shapes and events outlive releases: manifests lie in vaults for years, people's rules read events. A change of
 * a shape gets a new line here and never edits an old one: for the manifest it raises `format` and keeps a reader for
 * the old number (test/golden/manifest.test.ts), the others grow new optional fields only.
 */
const SHAPES: readonly (readonly [
  what: string,
  value: unknown,
  hashes: Readonly<Record<number, string>>,
  now: number,
])[] = [
  ['manifest index', index, { 1: 'ef782c7effb7c7a9', 2: 'ef782c7effb7c7a9' }, index.format],
  [
    'manifest index of an engine with incrementals',
    { ...index, recoveryPoint: withKind },
    { 1: '90e82c7287a84aed', 2: '90e82c7287a84aed' },
    index.format,
  ],
  [
    'manifest index of a grouped cluster',
    { ...index, recoveryPoint: withEpoch },
    { 1: 'b7c094d5f7827485', 2: 'b7c094d5f7827485' },
    index.format,
  ],
  ['manifest line', JSON.parse(printLine(line)), { 1: 'fc316e1997fa42ee' }, 1],
  ['expiry plan', planFile, { 1: 'bcf4eea3df868d14' }, 1],
  ['bus event', event, { 1: '360f05040529059b' }, 1],
  [
    'bus event that a person is sent',
    { ...event, runbook: 'docs/runbooks/rot-found.md' },
    { 1: '4df10768b51106f2' },
    1,
  ],
];

describe('what is stored or announced', () => {
  it.each(SHAPES)('has the shape that its format number stands for: %s', (what, value, hashes, now) => {
    const shape = shapeOf(value);
    expect(
      hashOf(shape),
      `the shape of the ${what} changed; raise its format. It is now:\n${shape.join('\n')}`,
    ).toBe(hashes[now]);
  });

  it('a manifest line is an array in this order, for everyone who reads a vault by hand', () => {
    expect(printLine(line)).toBe(
      '["a.txt","3HL4kqtJlcpXroDTDmJ",10,"crc64nvme:AAAAAAAAAAA=","orders-hourly-20261121t030000z"]',
    );
  });
});
