import { describe, test } from 'vitest';
import { PARTS_IN_FLIGHT } from '../../../adapters/aws/s3-copy-parts.ts';
import { LOOKS_PER_SHARD } from '../../../adapters/engines/objects/copy.ts';
import { COPIES_IN_FLIGHT, LAP } from '../../../adapters/engines/objects/ports.ts';
import { segmentsOf } from '../../../adapters/engines/objects/segments.ts';
import { SHARD_BYTES_MAX, SHARD_LINES_MAX } from '../../../core/manifest/shards.ts';
import { DEADLINE_MAX } from '../../../core/plan/limits.ts';
import { inSeconds } from '../../../core/time/instant.ts';
import { ITEMS_PER_LAP } from '../../../lambdas/expire/discard-expired/discard.ts';
import { MACHINES } from '../../../workflows/index.ts';
import {
  CALL_SECONDS,
  FUNCTION_SECONDS,
  fits,
  OBJECTS,
  PAGE,
  PAGE_CPU_SECONDS,
  PAGE_SECONDS,
  POINTS,
  SHARD_CPU_SECONDS,
  SHARD_SECONDS,
  SHARDS,
  shown,
} from './promised.ts';

/** S3 moves a part, or an object in one piece, at about this pace. */
const PIECE_BYTES_PER_SECOND = 60e6;
/** Lines of a manifest compared with those of two neighbours; `npm run bench -- manifest` merges two four times as fast. */
const COMPARED_PER_SECOND = 50_000;

describe('a function has fifteen minutes', () => {
  test('a lap of the inventory lists its pages and writes its shards, one after the other', () => {
    const page = PAGE_SECONDS + PAGE_CPU_SECONDS;
    const shard = SHARD_SECONDS + SHARD_CPU_SECONDS;
    fits(
      LAP.pages * page + LAP.shards * shard,
      FUNCTION_SECONDS,
      `${LAP.pages} pages x ${page} s + ${LAP.shards} shards x ${shard} s`,
    );
  });

  test('a lap of a copy looks at its shards, one after the other', () => {
    const shards = LAP.shards * LOOKS_PER_SHARD;
    const each = 2 * (SHARD_SECONDS + SHARD_CPU_SECONDS) + SHARD_SECONDS;
    fits(shards * each, FUNCTION_SECONDS, `${shards} shards x ${each} s to read two and write one`);
  });

  test('verification of ten million objects lists and reads back everything, on one processor', () => {
    const pages = OBJECTS / PAGE;
    const stretches = segmentsOf(SHARDS).length;
    const waiting = (pages * PAGE_SECONDS + SHARDS * SHARD_SECONDS) / stretches;
    fits(waiting, FUNCTION_SECONDS, `seconds of waiting in each of ${stretches} stretches`);
    const working = pages * PAGE_CPU_SECONDS + SHARDS * SHARD_CPU_SECONDS;
    fits(
      working,
      FUNCTION_SECONDS,
      `${shown(pages)} pages x ${PAGE_CPU_SECONDS} s + ${shown(SHARDS)} shards x ${SHARD_CPU_SECONDS} s`,
    );
  });

  test('a child moves the largest shard', () => {
    const atOnce = Math.min(COPIES_IN_FLIGHT, PARTS_IN_FLIGHT);
    fits(
      SHARD_BYTES_MAX / (atOnce * PIECE_BYTES_PER_SECOND),
      FUNCTION_SECONDS,
      `${shown(SHARD_BYTES_MAX)} bytes in pieces, ${atOnce} at once, each at ${shown(PIECE_BYTES_PER_SECOND)} bytes/s`,
    );
  });

  test('a lap of discards compares its items, and those of one more recovery point, with their neighbours', () => {
    const items = ITEMS_PER_LAP + OBJECTS;
    const seconds = items / COMPARED_PER_SECOND;
    fits(seconds, FUNCTION_SECONDS, `${shown(items)} items / ${shown(COMPARED_PER_SECOND)} a second`);
  });

  test('all recovery points of a cluster are read at once', () => {
    const pages = Math.ceil((POINTS * 1_000) / 1e6);
    const seconds = pages * PAGE_SECONDS + POINTS * 0.001;
    fits(seconds, FUNCTION_SECONDS, `${shown(POINTS)} points of 1 kB in ${pages} pages, a millisecond each`);
  });
});

test('the copies of ten million objects end within the longest deadline of a rule', () => {
  const map = MACHINES.backup.States['Capture shards'];
  const atOnce = map?.Type === 'Map' ? map.MaxConcurrency : 1;
  const child = (SHARD_LINES_MAX * CALL_SECONDS) / COPIES_IN_FLIGHT + 4 * SHARD_SECONDS + 2;
  const seconds = (SHARDS / atOnce) * child;
  fits(seconds, inSeconds(DEADLINE_MAX), `${shown(SHARDS)} shards / ${atOnce} at once x ${shown(child)} s`);
});
