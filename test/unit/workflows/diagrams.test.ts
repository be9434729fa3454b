import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { draw } from '../../../workflows/asl/draw.ts';
import { startsChildren, statesOf } from '../../../workflows/asl/language.ts';
import { page } from '../../../workflows/asl/page.ts';
import { MACHINES } from '../../../workflows/index.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/state-machines');

describe('state machine pages', () => {
  test.each(Object.entries(MACHINES))(
    'the page of %s shows the definition that is deployed',
    (name, definition) => {
      const there = readFileSync(join(FOLDER, `${name}.md`), 'utf8');
      expect(there, 'stale: run `npm run draw`').toBe(page(name, definition));
    },
  );

  test('there is a page for every machine and none besides', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(
      Object.keys(MACHINES)
        .map((name) => `${name}.md`)
        .sort(),
    );
  });

  test.each(Object.entries(MACHINES))(
    'every state of %s is drawn and every arrow leads to one that is',
    (_, definition) => {
      const picture = draw(definition);
      const declared = new Set([...picture.matchAll(/ as (s[\dx]+)(?: \{)?$/gm)].map(([, id]) => id));
      const children = statesOf(definition.States).flatMap(([, state]) =>
        startsChildren(state) ? Object.keys(state.ItemProcessor.States) : [],
      );
      expect(declared.size).toBe(statesOf(definition.States).length - children.length);
      const ends = [...picture.matchAll(/^ +(\S+) --> ([^:\s]+)/gm)].flatMap(([, from, to]) => [from, to]);
      expect(ends.filter((end) => end !== '[*]' && !declared.has(end))).toEqual([]);
      expect(new Set(ends.filter((end) => end !== '[*]'))).toEqual(declared);
    },
  );
});
