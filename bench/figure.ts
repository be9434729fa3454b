import { table } from '../cli/output/table.ts';

/** What a count or a ratio should be. Times have none: they say more about the machine than about the code. */
export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** One number with the sentence that says what it is. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly target?: Target;
}

export interface Benchmark {
  /** What `npm run bench -- <name>` runs alone. */
  readonly name: string;
  readonly title: string;
  readonly run: () => Promise<readonly Figure[]>;
}

export const count = (n: number): string => Math.round(n).toLocaleString('en-US');
export const ratio = (n: number, digits = 2): string =>
  n.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const percent = (n: number, digits = 2): string => `${ratio(n * 100, digits)} %`;
export const usd = (n: number, digits = 2): string => `${ratio(n, digits)} USD`;
export const perSecond = (n: number): string => `${count(n)} per second`;

/** `most(0.002, listing, '0.2 %')`: met while the value does not exceed the bound. */
export const atMost = (bound: number, value: number, text: string): Target => ({
  text: `at most ${text}`,
  met: value <= bound,
});
export const exactly = (wanted: number, value: number, text: string): Target => ({
  text,
  met: value === wanted,
});

/** Real time that some work took, in seconds. For orientation: benchmarks share their machine. */
export async function secondsFor(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

const verdict = ({ target }: Figure): string => (target === undefined ? '' : target.met ? 'met' : 'MISSED');

export function print(figures: readonly Figure[]): readonly string[] {
  const rows = figures.map((figure) => [
    figure.what,
    figure.value,
    figure.target ? `target: ${figure.target.text}` : '',
    verdict(figure),
  ]);
  return table(rows).map((line) => `  ${line}`);
}
