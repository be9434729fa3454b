import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import asEver from '../../../vitest.config.ts';
import { ALL_MUTANTS } from './all.ts';
import { MUTANT_VARIABLE, mutate, urlOf } from './mutant.ts';

/** Tests as ever, of the product with the fault of a mutant in it, changed on its way into the process as by `register.ts`. */
const named = process.env[MUTANT_VARIABLE];
const mutant = ALL_MUTANTS.find(({ name }) => name === named);
if (named !== undefined && !mutant) throw new Error(`there is no mutant called ${named}`);
const edits = Map.groupBy(mutant?.edits ?? [], (edit) => fileURLToPath(urlOf(edit)));

export default mergeConfig(
  asEver,
  defineConfig({
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        transform: (source, id) => edits.get(id.split('?', 1)[0]!)?.reduce(mutate, source),
      },
    ],
  }),
);
