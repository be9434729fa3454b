import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Trial, trialOf } from '../sim/trial.ts';

/** A deliberate fault in the product. If no checker sees it, a checker is missing. */
export interface Mutant {
  readonly name: string;
  /** What somebody might have written by mistake. */
  readonly story: string;
  /** Most need one; where the product looks twice, both looks have to be blind. */
  readonly edits: readonly Edit[];
  /**
   * Where it is at home: the days that it needs, and the faults that give it an occasion and no others, so that its runs
   * are short. @default whatever the seed draws, in the small installation
   */
  readonly under?: Partial<Pick<Trial, 'days' | 'temper' | 'only' | 'installation'>>;
  /** The file of the test that has to see it, where chance would need too many seeds. @default the seeds look for it */
  readonly test?: string;
}

/** The run in which a mutant is looked for; the same one has to be quiet without it. */
export const trialUnder = ({ under }: Pick<Mutant, 'under'>, seed: number): Trial => ({
  ...trialOf(seed),
  installation: 'small',
  ...under,
});

export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The environment variable that names the mutant which a process is to run. */
export const MUTANT_VARIABLE = 'HOLDFAST_MUTANT';

const ROOT = new URL('../../../', import.meta.url);
export const urlOf = ({ file }: Edit): string => new URL(file, ROOT).href;

/** The source with an edit made. Throws when its text is not there exactly once: the product has moved on. */
export function mutate(source: string, { file, find, replace }: Edit): string {
  const times = source.split(find).length - 1;
  if (times !== 1)
    throw new RangeError(
      `a mutant wants to change a text that stands ${times} times in ${file} and must stand there once: ${find}; look at what became of it and write the mutant anew`,
    );
  // As a function, because a text may hold what replace() takes for a pattern.
  return source.replace(find, () => replace);
}

/** Makes the edits on what stands on the disk and changes nothing there. Throws as `mutate` does. */
export function requireFresh({ edits }: Mutant): void {
  for (const [url, ofFile] of Map.groupBy(edits, urlOf))
    ofFile.reduce(mutate, readFileSync(fileURLToPath(url), 'utf8'));
}

/** Templates are made from these; everything else runs as it was deployed. */
const SYNTHESIZED = /^(lib|workflows)\//;
export const changesTemplates = ({ edits }: Mutant): boolean =>
  edits.some(({ file }) => SYNTHESIZED.test(file));
