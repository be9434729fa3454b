import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Beat, type HeartRead, readingOf, spokenOf } from '../../../../core/heartbeat/reading.ts';
import { instant, minutes, parseInstant, seconds } from '../../../../core/time/instant.ts';

const noon = parseInstant('2026-11-21T12:00:00Z')!;
/** Beat `number`, one minute after the one before; the sixtieth is at noon. */
const beat = (number: number): Beat => ({ number, at: instant(noon + (number - 60) * minutes(1)) });
const beats = (from: number, to: number): Beat[] =>
  Array.from({ length: to - from + 1 }, (_, n) => beat(from + n));
const restored = { instant: noon, startedAt: instant(noon + seconds(150)) };
const read = (found: readonly Beat[]): HeartRead => {
  const finding = readingOf(found, restored);
  if (finding.outcome === 'unread') throw new Error(finding.reason.message);
  return finding;
};

describe('what beats say of a restore', () => {
  test('the loss that is proven reaches from the newest beat to the start of the restore', () => {
    expect(read(beats(1, 58))).toEqual({
      outcome: 'read',
      beats: 58,
      newest: 58,
      newestAt: beat(58).at,
      missing: 0,
      beyond: 0,
      provenLossSeconds: 270,
    });
  });

  test('numbers between the smallest and the greatest that are not there are missing', () => {
    const found = [...beats(20, 40), ...beats(43, 50), ...beats(52, 58)];
    expect(read(found)).toMatchObject({ beats: 36, missing: 3, firstMissing: 41 });
  });

  test('those below the smallest were forgotten, and are not missing', () => {
    expect(read(beats(41, 58)).missing).toBe(0);
  });

  test('beats later than the instant are counted: more was restored than is claimed', () => {
    expect(read(beats(1, 62)).beyond).toBe(2);
    expect(read(beats(1, 60)).beyond).toBe(0);
  });

  test('a beat from a clock that is ahead proves no negative loss', () => {
    expect(read(beats(1, 70)).provenLossSeconds).toBe(0);
  });

  test('no beat at all is told', () => {
    expect(readingOf([], restored)).toMatchObject({ outcome: 'unread', reason: { name: 'NoHeartbeat' } });
  });

  test('the order in which they are found says nothing, and what is missing adds up', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (numbers) => {
        const found = read(numbers.map(beat));
        expect(found).toEqual(read(numbers.toSorted((a, b) => a - b).map(beat)));
        const all = new Set(numbers);
        const span = beats(Math.min(...numbers), Math.max(...numbers));
        const missing = span.filter(({ number }) => !all.has(number));
        expect(found.missing).toBe(missing.length);
        expect(found.firstMissing).toBe(missing[0]?.number);
      }),
    );
  });
});

test('a person is told what is proven, what is missing, and why nothing is', () => {
  expect(spokenOf(read(beats(1, 58)))).toBe('the heartbeat proves a loss of 270 s at most (newest beat 58)');
  expect(spokenOf(read([beat(50), beat(58)]))).toContain('7 beats are missing from number 51 on');
  expect(spokenOf(readingOf([], restored))).toContain('no heartbeat was read (what was restored holds');
  expect(spokenOf(undefined)).toBe('no heartbeat was looked for');
});
