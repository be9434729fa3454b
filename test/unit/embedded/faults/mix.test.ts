import { expect, it } from 'vitest';
import { drawMix, FAULT_KINDS, isFaultKind, type Mix, printMix } from '../../../../embedded/faults/mix.ts';
import { Streams } from '../../../../embedded/random/streams.ts';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const drawn = (seed: number, options = {}): Mix => drawMix(new Streams(seed), options);
const share = (mix: Mix, kind: (typeof FAULT_KINDS)[number]): number => mix.get(kind)!;

it('the same seed draws the same mix, another seed another one', () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

it('over many seeds each fault is sometimes off, sometimes mild and sometimes wild', () => {
  for (const kind of FAULT_KINDS) {
    const shares = SEEDS.map((seed) => share(drawn(seed), kind));
    const off = shares.filter((each) => each === 0).length;
    const most = Math.max(...shares);
    const wild = shares.filter((each) => each >= most / 2).length;
    expect(off, kind).toBeGreaterThan(40);
    expect(wild, kind).toBeGreaterThan(15);
    expect(off + wild, kind).toBeLessThan(SEEDS.length - 40);
  }
});

it('a mild mix has no fault that is wild', () => {
  for (const kind of FAULT_KINDS) {
    const most = Math.max(...SEEDS.map((seed) => share(drawn(seed), kind)));
    const mostOfMild = Math.max(...SEEDS.map((seed) => share(drawn(seed, { temper: 'mild' }), kind)));
    expect(mostOfMild, kind).toBeLessThan(most / 2);
  }
});

it('switching one fault off leaves all others as they were', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const before = drawn(seed);
    const without = drawn(seed, { without: ['lost-answer'] });
    for (const kind of FAULT_KINDS)
      expect(share(without, kind), kind).toBe(kind === 'lost-answer' ? 0 : share(before, kind));
  }
});

it('whoever names faults gets these, whatever the seed says, and no others', () => {
  for (const seed of SEEDS.slice(0, 50)) {
    const mix = drawn(seed, { only: ['region-dark', 'throttle.s3'] });
    const on = FAULT_KINDS.filter((kind) => share(mix, kind) > 0);
    expect(on.toSorted()).toEqual(['region-dark', 'throttle.s3']);
  }
});

it('is printed with every fault that is on, and with the names of those that are off', () => {
  const mix = drawn(3);
  const text = printMix(mix).join('\n');
  for (const kind of FAULT_KINDS) expect(text).toContain(kind);
  expect(printMix(drawn(3, { only: ['lost-answer'] }))[0]).toMatch(/^lost-answer \d\.\d+ %$/);
});

it('only names of faults are faults', () => {
  expect(isFaultKind('throttle.s3')).toBe(true);
  expect(isFaultKind('toString')).toBe(false);
});
