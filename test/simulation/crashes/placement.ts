/** A crash of the function that makes a call: before the call takes effect, or after, so that its answer is lost. */
export interface Crash {
  /** Calls of a run count from 1, in their order. Those of the repetitions after a crash count on. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** The crashes of one run, in the order of their calls. */
export type Placement = readonly Crash[];

const LETTERS = { b: 'before', a: 'after' } as const;

/** As `--at` takes it: `17a,23b` crashes after the 17th call and before the 23rd. */
export const printPlacement = (placement: Placement): string =>
  placement.map(({ call, when }) => `${call}${when[0]}`).join(',');

/** @throws RangeError when the text is no placement */
export function readPlacement(text: string): Placement {
  const placement = text.split(',').map((part) => {
    const [, call, letter] = /^([1-9]\d{0,5})([ab])$/.exec(part) ?? [];
    if (call === undefined)
      throw new RangeError(
        `a crash is the number of a call and b for before it or a for after it, as in 17a,23b; received ${JSON.stringify(part)}`,
      );
    return { call: Number(call), when: LETTERS[letter as keyof typeof LETTERS] };
  });
  placement.reduce((last, { call }) => {
    if (call <= last) throw new RangeError(`crashes stand in the order of their calls; received ${text}`);
    return call;
  }, 0);
  return placement;
}

/** Every placement of one more crash into a run that made so many calls: before and after each call that came after. */
export function* oneMore(placement: Placement, calls: number): Generator<Placement> {
  for (let call = (placement.at(-1)?.call ?? 0) + 1; call <= calls; call++)
    for (const when of ['before', 'after'] as const) yield [...placement, { call, when }];
}
