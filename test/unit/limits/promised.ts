import { expect } from 'vitest';
import { CLUSTER_NAME_MAX, RULE_NAME_MAX, recoveryPointId } from '../../../core/ids/names.ts';
import { KEY_BYTES_MAX } from '../../../core/manifest/layout.ts';
import { SHARD_LINES_FILL } from '../../../core/manifest/shards.ts';
import { REGION_NAMES } from '../../../core/plan/region-names.ts';
import { instant } from '../../../core/time/instant.ts';

/*
 * What the design promises at most. No machine of ours runs it, so that no limit of AWS is crossed at that size is
 * computed from the code's own constants.
 */
export const OBJECTS = 10_000_000;
export const CLUSTERS = 10_000;
export const POINTS = 10_000;
export const SHARDS = OBJECTS / SHARD_LINES_FILL;

/** Step Functions, Lambda (service quotas; read 2026-11). */
export const PAYLOAD_BYTES = 262_144;
export const FUNCTION_SECONDS = 900;

/** How long things take, assumed on the slow side. */
export const PAGE_SECONDS = 0.1;
export const PAGE_CPU_SECONDS = 0.04;
export const SHARD_SECONDS = 0.05;
export const SHARD_CPU_SECONDS = 0.015;
export const CALL_SECONDS = 0.05;
export const CATALOG_SECONDS = 0.008;

/** Entries of a page of S3's listings. */
export const PAGE = 1_000;

/** Names as long as they may be. */
export const CLUSTER = 'c'.repeat(CLUSTER_NAME_MAX);
export const RULE = 'r'.repeat(RULE_NAME_MAX);
export const NOW = instant(Date.UTC(2026, 10, 21));
export const ID = recoveryPointId(CLUSTER, RULE, NOW);
export const REGION = [...REGION_NAMES].reduce((long, name) => (name.length > long.length ? name : long));

/** A key of S3 whose every byte JSON writes as six. */
export const WORST_KEY = '\u0001'.repeat(KEY_BYTES_MAX);
export const REASON = { name: 'ChecksumMismatch', message: WORST_KEY.repeat(2) };

export const shown = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** Within the limit, or a message with the arithmetic. */
export function fits(value: number, limit: number, arithmetic: string): void {
  expect(value, `${arithmetic} = ${shown(value)}, and the limit is ${shown(limit)}`).toBeLessThanOrEqual(
    limit,
  );
}
