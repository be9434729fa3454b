import { registerHooks } from 'node:module';
import { ALL_MUTANTS } from './all.ts';
import { MUTANT_VARIABLE, mutate, urlOf } from './mutant.ts';

/**
 * Loaded before anything else (`--import`), in a worker and in the process that synthesizes for it: the sources of the
 * mutant are changed on their way into the process, and not on the disk.
 */
const name = process.env[MUTANT_VARIABLE];
const mutant = ALL_MUTANTS.find((each) => each.name === name);
if (!mutant) throw new Error(`there is no mutant called ${name}`);
const edits = Map.groupBy(mutant.edits, urlOf);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const here = edits.get(url);
    return here ? { ...loaded, source: here.reduce(mutate, String(loaded.source)) } : loaded;
  },
});
